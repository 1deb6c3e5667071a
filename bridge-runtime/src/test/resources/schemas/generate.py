#!/usr/bin/env python3
"""Makes avro.jsonl and protobuf.jsonl: random schemas, values encoded by Python's libraries (fastavro, protobuf), and the JSON
that docs/guide/schemas.md says for them, written here a second time. `generate.py SEED COUNT DIRECTORY`; needs fastavro and
grpcio-tools. One line is {"schema": text, "hex": encoded, "json": expected}, for Protobuf with "message": full name."""

import base64
import datetime
import decimal
import io
import json
import math
import os
import random
import struct
import sys
import tempfile
import uuid

import fastavro

seed, count, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rnd = random.Random(seed)
EPOCH = datetime.datetime(1970, 1, 1)


def text():
    alphabet = "ab\"\\/{}<>'\n\t\u0000\u007f é日😀\u2028"
    return "".join(rnd.choice(alphabet) for _ in range(rnd.randrange(8)))


def blob(size):
    return bytes(rnd.randrange(256) for _ in range(size))


def integer(bits):
    return rnd.choice([0, 1, -1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), rnd.randrange(-(2 ** (bits - 1)), 2 ** (bits - 1))])


def real(single):
    x = rnd.choice([0.0, 1.5, -2.25, 0.1, 1e30, 1e-30, math.nan, math.inf, -math.inf, rnd.uniform(-1e6, 1e6)])
    return struct.unpack("<f", struct.pack("<f", x))[0] if single else x


def real_json(x):
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return x


def java_time(t):  # as ISO 8601 with three, six or nine digits, and no seconds where there are none
    head = "%02d:%02d" % (t.hour, t.minute)
    if t.second == 0 and t.microsecond == 0:
        return head
    head += ":%02d" % t.second
    if t.microsecond == 0:
        return head
    return head + (".%03d" % (t.microsecond // 1000) if t.microsecond % 1000 == 0 else ".%06d" % t.microsecond)


def java_instant(t):
    s = "%04d-%02d-%02dT%02d:%02d:%02d" % (t.year, t.month, t.day, t.hour, t.minute, t.second)
    if t.microsecond:
        s += ".%03d" % (t.microsecond // 1000) if t.microsecond % 1000 == 0 else ".%06d" % t.microsecond
    return s + "Z"


names = iter("n%d" % i for i in range(10**9))

# A kind is (schema, maker) where the maker gives (value for fastavro, JSON).


def kind(depth):
    simple = [
        lambda: ("null", lambda: (None, None)),
        lambda: ("boolean", lambda: twice(rnd.random() < 0.5)),
        lambda: ("int", lambda: twice(integer(32))),
        lambda: ("long", lambda: twice(integer(64))),
        lambda: ("float", lambda: with_json(real(True), real_json)),
        lambda: ("double", lambda: with_json(real(False), real_json)),
        lambda: ("string", lambda: twice(text())),
        lambda: ("bytes", lambda: with_json(blob(rnd.randrange(9)), b64)),
        fixed,
        enum,
        date,
        time_millis,
        time_micros,
        timestamp_millis,
        timestamp_micros,
        local_timestamp,
        decimals,
        lambda: ({"type": "string", "logicalType": "uuid"}, lambda: with_json(uuid.UUID(int=rnd.getrandbits(128)), str)),
        unknown_logical,
    ]
    nested = [record, array, mapping, union] if depth > 0 else []
    chosen = rnd.choice(nested) if nested and rnd.random() < 0.4 else None
    return chosen(depth - 1) if chosen else rnd.choice(simple)()


def twice(x):
    return x, x


def with_json(x, f):
    return x, f(x)


def b64(b):
    return base64.b64encode(b).decode()


def fixed():
    size = rnd.randrange(1, 9)
    return {"type": "fixed", "name": next(names), "size": size}, lambda: with_json(blob(size), b64)


def enum():
    symbols = ["A", "B", "C"]
    return {"type": "enum", "name": next(names), "symbols": symbols}, lambda: twice(rnd.choice(symbols))


def date():
    return {"type": "int", "logicalType": "date"}, lambda: with_json(
        datetime.date.fromordinal(rnd.randrange(1, 3000000)), lambda d: d.isoformat()
    )


def day_time(step):
    micros = rnd.choice([0, 60_000_000, 3_000_000, rnd.randrange(86_400_000_000)]) // step * step
    return (EPOCH + datetime.timedelta(microseconds=micros)).time()


def time_millis():
    return {"type": "int", "logicalType": "time-millis"}, lambda: with_json(day_time(1000), java_time)


def time_micros():
    return {"type": "long", "logicalType": "time-micros"}, lambda: with_json(day_time(1), java_time)


def moment(step):
    micros = rnd.choice([0, -1_000, 60_000_000, rnd.randrange(-(10**16), 10**16)]) // step * step
    return EPOCH + datetime.timedelta(microseconds=micros)


def timestamp_millis():
    return {"type": "long", "logicalType": "timestamp-millis"}, lambda: instant(moment(1000))


def timestamp_micros():
    return {"type": "long", "logicalType": "timestamp-micros"}, lambda: instant(moment(1))


def instant(t):
    return t.replace(tzinfo=datetime.timezone.utc), java_instant(t)


def local_timestamp():
    return {"type": "long", "logicalType": "local-timestamp-micros"}, lambda: with_json(
        moment(1), lambda t: "%04d-%02d-%02dT%s" % (t.year, t.month, t.day, java_time(t))
    )


def decimals():
    scale = rnd.randrange(0, 6)
    schema = {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": scale}

    def make():
        unscaled = rnd.choice([0, 1, -1, rnd.randrange(-(10**19), 10**19)])
        d = decimal.Decimal(unscaled).scaleb(-scale, decimal.Context(prec=40))
        return d, ("decimal", str(d if scale else unscaled))

    return schema, make


def unknown_logical():
    return {"type": "string", "logicalType": "of-somebody-else"}, lambda: twice(text())


def record(depth):
    fields = [("f%d" % i, kind(depth)) for i in range(rnd.randrange(0, 5))]
    schema = {"type": "record", "name": next(names), "fields": [{"name": n, "type": k[0]} for n, k in fields]}

    def make():
        made = [(n, k[1]()) for n, k in fields]
        return {n: m[0] for n, m in made}, {n: m[1] for n, m in made}

    return schema, make


def array(depth):
    schema, item = kind(depth)

    def make():
        items = [item() for _ in range(rnd.randrange(0, 4))]
        return [i[0] for i in items], [i[1] for i in items]

    return {"type": "array", "items": schema}, make


def mapping(depth):
    schema, item = kind(depth)

    def make():
        items = {text(): item() for _ in range(rnd.randrange(0, 3))}
        return {k: v[0] for k, v in items.items()}, {k: v[1] for k, v in items.items()}

    return {"type": "map", "values": schema}, make


def union(depth):
    schema, item = kind(depth)
    while isinstance(schema, list) or schema == "null":
        schema, item = kind(depth)
    return ["null", schema], lambda: (None, None) if rnd.random() < 0.4 else item()


def plain(value):
    if isinstance(value, tuple):
        return {"$decimal": value[1]}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def avro():
    made = 0
    with open(os.path.join(out, "avro.jsonl"), "w") as lines:
        while made < count:
            schema, make = record(3)
            parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
            for _ in range(5):
                value, expected = make()
                buffer = io.BytesIO()
                fastavro.schemaless_writer(buffer, parsed, value)
                lines.write(json.dumps({"schema": json.dumps(schema), "hex": buffer.getvalue().hex(), "json": plain(expected)}) + "\n")
                made += 1


PROTO = '''
syntax = "proto3";
package shop.v1;

import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
import "money.proto";

option java_package = "shop";

// An order.
message Order {
  reserved 50, 60 to 70;
  enum State { option allow_alias = true; UNKNOWN = 0; OPEN = 1; ALSO_OPEN = 1; LOST = -1; }
  message Line {
    string sku = 1;
    repeated int32 counts = 2 [packed = false];
    message Note { string text = 1; map<string, Line> by = 2; }
    Note note = 3;
  }
  double d = 1;
  float f = 2;
  int32 i32 = 3;
  int64 i64 = 4;
  uint32 u32 = 5;
  uint64 u64 = 6;
  sint32 s32 = 7;
  sint64 s64 = 8;
  fixed32 f32 = 9;
  fixed64 f64 = 10;
  sfixed32 sf32 = 11;
  sfixed64 sf64 = 12;
  bool b = 13;
  string customer_name = 14;
  bytes raw = 15 [json_name = "rawBytes"];
  State state = 16;
  repeated Line lines = 17;
  map<string, int64> totals = 18;
  map<int32, Line> by_number = 19;
  optional int32 maybe = 20;
  oneof how { string card = 21; shop.money.Money cash = 22; }
  google.protobuf.Timestamp at = 23;
  google.protobuf.Duration took = 24;
  google.protobuf.StringValue nick = 25;
  google.protobuf.Int64Value many = 26;
  google.protobuf.Struct free = 27;
  repeated int64 packed = 28;
  repeated State states = 29;
  Order before = 30;
}

message Other { Order.Line line = 1; }

service Orders { rpc Place (Order) returns (Other); }
'''

MONEY = '''
syntax = "proto3";
package shop.money;
message Money { string currency = 1; int64 units = 2; }
'''


def protobuf():
    from google.protobuf import json_format
    from grpc_tools import protoc
    import grpc_tools
    import importlib

    directory = tempfile.mkdtemp()
    for name, content in (("orders.proto", PROTO), ("money.proto", MONEY)):
        with open(os.path.join(directory, name), "w") as f:
            f.write(content)
    include = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")
    assert protoc.main(["", "-I" + directory, "-I" + include, "--python_out=" + directory, "orders.proto", "money.proto"]) == 0
    sys.path.insert(0, directory)
    orders = importlib.import_module("orders_pb2")

    def fill(message, depth):
        for field in message.DESCRIPTOR.fields:
            if rnd.random() < 0.5:
                continue
            if field.message_type and field.message_type.GetOptions().map_entry:
                to = getattr(message, field.name)
                key = text() if field.message_type.fields[0].type == field.TYPE_STRING else integer(32)
                item = field.message_type.fields[1]
                if item.message_type:
                    if depth > 0:
                        fill(to[key], depth - 1)
                else:
                    to[key] = scalar(item)
            elif field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED:
                for _ in range(rnd.randrange(3)):
                    if field.message_type:
                        if depth > 0:
                            fill(getattr(message, field.name).add(), depth - 1)
                    else:
                        getattr(message, field.name).append(scalar(field))
            elif field.message_type:
                if depth > 0:
                    sub = getattr(message, field.name)
                    full = field.message_type.full_name
                    sub.SetInParent()
                    if full == "google.protobuf.Timestamp":
                        sub.seconds, sub.nanos = rnd.randrange(-(10**10), 10**11), rnd.choice([0, 1, 1000, 120_000_000])
                    elif full == "google.protobuf.Duration":
                        sub.seconds, sub.nanos = rnd.randrange(0, 10**9), rnd.choice([0, 5_000_000])
                    elif full == "google.protobuf.Struct":
                        sub.update({"a": [1.5, None, "x", True, {"b": text()}]})
                    else:
                        fill(sub, depth - 1)
            else:
                setattr(message, field.name, scalar(field))
        return message

    def scalar(field):
        t = field.type
        if t == field.TYPE_DOUBLE:
            return real(False)
        if t == field.TYPE_FLOAT:
            return real(True)
        if t in (field.TYPE_INT32, field.TYPE_SINT32, field.TYPE_SFIXED32):
            return integer(32)
        if t in (field.TYPE_INT64, field.TYPE_SINT64, field.TYPE_SFIXED64):
            return integer(64)
        if t in (field.TYPE_UINT32, field.TYPE_FIXED32):
            return rnd.choice([0, 1, 2**32 - 1])
        if t in (field.TYPE_UINT64, field.TYPE_FIXED64):
            return rnd.choice([0, 1, 2**64 - 1])
        if t == field.TYPE_BOOL:
            return rnd.random() < 0.5
        if t == field.TYPE_STRING:
            return text()
        if t == field.TYPE_BYTES:
            return blob(rnd.randrange(6))
        return rnd.choice([0, 1, -1])

    with open(os.path.join(out, "orders.proto"), "w") as f:
        f.write(PROTO)
    with open(os.path.join(out, "money.proto"), "w") as f:
        f.write(MONEY)
    kinds = [(orders.Order, "0"), (orders.Order.Line, "0,0"), (orders.Order.Line.Note, "0,0,0"), (orders.Other, "1")]
    with open(os.path.join(out, "protobuf.jsonl"), "w") as lines:
        for i in range(count):
            make, indexes = kinds[0] if i % 2 else rnd.choice(kinds)
            message = fill(make(), 3)
            expected = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
            lines.write(json.dumps({"indexes": indexes, "hex": message.SerializeToString().hex(), "json": floats(expected)}) + "\n")


def floats(value):
    if isinstance(value, dict):
        return {k: floats(v) for k, v in value.items()}
    if isinstance(value, list):
        return [floats(v) for v in value]
    return real_json(value) if isinstance(value, float) else value


avro()
protobuf()
