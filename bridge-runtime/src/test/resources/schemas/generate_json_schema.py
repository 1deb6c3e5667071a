#!/usr/bin/env python3
"""Makes json-schema.jsonl: random schemas of draft 7 and 2020-12, documents, and what Python's jsonschema says of them.
`generate_json_schema.py SEED COUNT DIRECTORY`; needs jsonschema. One line is {"schema": text, "json": text, "valid": true or
false, "pointers": the places of all errors, those inside of anyOf and oneOf included}."""

import json
import os
import random
import sys

import jsonschema

seed, count, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rnd = random.Random(seed)

DRAFT_07 = "http://json-schema.org/draft-07/schema#"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
NAMES = ["a", "b", "c", "x/y", "~t", "é", "a b"]
TEXTS = ["", "a", "ab", "abc", "Z9", "é", "😀", "😀😀", "2026-11-01", "2026-13-01", "10.0.0.1", "10.0.0.256", "a\nb", "1"]
PATTERNS = ["^[a-z]+$", "a", "^.{2}$", "^(ab|Z9)", "[0-9]", "^$", "b$"]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]


class Raw(str):
    """A number as it is to be written."""


NUMBERS = [Raw(n) for n in "0 1 -1 2 3 5 10 1.0 2.50 -0.5 1e1 0.5 -0 123456789012345678901234567890 9007199254740993".split()]


def written(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(json.dumps(k) + ": " + written(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def value(depth):
    kind = rnd.randrange(7 if depth > 0 else 5)
    if kind == 0:
        return rnd.choice([None, True, False])
    if kind in (1, 2):
        return rnd.choice(NUMBERS)
    if kind in (3, 4):
        return rnd.choice(TEXTS)
    if kind == 5:
        return [value(depth - 1) for _ in range(rnd.randrange(4))]
    return {n: value(depth - 1) for n in rnd.sample(NAMES, rnd.randrange(4))}


def some(makers, most):
    made = {}
    for maker in rnd.sample(makers, rnd.randrange(most + 1)):
        made.update(maker())
    return made


def numeric():
    bound = lambda: rnd.choice([-1, 0, 1, 2, 5, 0.5])
    return some(
        [
            lambda: {"minimum": bound()},
            lambda: {"maximum": bound()},
            lambda: {"exclusiveMinimum": bound()},
            lambda: {"exclusiveMaximum": bound()},
            lambda: {"multipleOf": rnd.choice([1, 2, 0.5, 5])},
        ],
        2,
    )


def textual(new):
    return some(
        [
            lambda: {"minLength": rnd.randrange(3)},
            lambda: {"maxLength": rnd.randrange(4)},
            lambda: {"pattern": rnd.choice(PATTERNS)},
            lambda: {} if new else {"format": rnd.choice(["date", "ipv4"])},
        ],
        2,
    )


def listed(depth, new):
    sub = lambda: schema(depth - 1, new)
    tuples = lambda: [sub() for _ in range(rnd.randrange(1, 3))]
    makers = [
        lambda: {"items": sub()},
        lambda: {"minItems": rnd.randrange(3)},
        lambda: {"maxItems": rnd.randrange(4)},
        lambda: {"uniqueItems": rnd.random() < 0.8},
        lambda: {"contains": sub()},
        (lambda: {"prefixItems": tuples(), "items": sub()}) if new else (lambda: {"items": tuples(), "additionalItems": sub()}),
    ]
    if new:
        # More at least than at most is an error of the schema there, and of lists alone here.
        makers.append(lambda: {"contains": sub(), "minContains": rnd.randrange(3), "maxContains": rnd.randrange(2, 4)})
        makers.append(lambda: {"prefixItems": tuples(), "unevaluatedItems": rnd.choice([False, sub()])})
    made = some(makers, 2)
    if not isinstance(made.get("items"), list):
        made.pop("additionalItems", None)  # means nothing without, and the library falls over it
    return made


def objects(depth, new):
    sub = lambda: schema(depth - 1, new)
    names = lambda most: rnd.sample(NAMES, rnd.randrange(1, most + 1))
    makers = [
        lambda: {"properties": {n: sub() for n in names(3)}},
        lambda: {"properties": {n: sub() for n in names(3)}},
        lambda: {"required": names(2)},
        lambda: {"additionalProperties": rnd.choice([False, sub()])},
        lambda: {"patternProperties": {rnd.choice(["^a", "[/~]", "b"]): sub()}},
        lambda: {"propertyNames": {"pattern": rnd.choice(["^[a-c]$", "^.$"])}},
        lambda: {"minProperties": rnd.randrange(3)},
        lambda: {"maxProperties": rnd.randrange(4)},
    ]
    if new:
        makers.append(lambda: {"dependentRequired": {rnd.choice(NAMES): names(2)}})
        makers.append(lambda: {"dependentSchemas": {rnd.choice(NAMES): sub()}})
        makers.append(lambda: {"properties": {n: sub() for n in names(3)}, "unevaluatedProperties": rnd.choice([False, sub()])})
    else:
        makers.append(lambda: {"dependencies": {rnd.choice(NAMES): rnd.choice([names(2), sub()])}})
    return some(makers, 3)


def combined(depth, new):
    sub = lambda: schema(depth - 1, new)
    return rnd.choice(
        [
            lambda: {"allOf": [sub(), sub()]},
            lambda: {"anyOf": [sub(), sub()]},
            lambda: {"oneOf": [sub(), sub()]},
            lambda: {"not": sub()},
            lambda: {"if": sub(), "then": sub(), "else": sub()},
            lambda: {"$ref": "#/%s/d%d" % ("$defs" if new else "definitions", rnd.randrange(2))},
        ]
    )()


def schema(depth, new):
    if rnd.random() < 0.04:
        return rnd.choice([True, {"not": {}}])  # of false the library doesn't tell the place
    if rnd.random() < 0.1:
        return rnd.choice([{"enum": [value(1), value(1), value(0)]}, {"const": value(1)}])
    made = {}
    kind = rnd.choice(TYPES)
    if rnd.random() < 0.7:
        made["type"] = kind if rnd.random() < 0.8 else rnd.sample(TYPES, 2)
    if kind in ("integer", "number"):
        made.update(numeric())
    if kind == "string":
        made.update(textual(new))
    if depth > 0 and kind == "array":
        made.update(listed(depth, new))
    if depth > 0 and kind == "object":
        made.update(objects(depth, new))
    if depth > 0 and rnd.random() < 0.3:
        made.update(combined(depth, new))
    return made


def root_object(depth, new):
    fields = {n: schema(depth - 1, new) for n in rnd.sample(NAMES, rnd.randrange(1, 5))}
    rest = combined(depth, new) if rnd.random() < 0.4 else {}
    return {"type": "object", **objects(depth, new), "properties": fields, **rest}


def root_list(depth, new):
    return {"type": "array", "items": schema(depth - 1, new), **listed(depth, new)}


def fitting(of, whole, depth):
    """A document that often holds to the schema: by its types, its properties, what it requires."""
    if not isinstance(of, dict) or depth == 0 or rnd.random() < 0.1:
        return value(1)
    if "$ref" in of:
        _, where, name = of["$ref"].split("/")
        return fitting(whole[where][name], whole, depth - 1)
    if "const" in of:
        return of["const"]
    if "enum" in of:
        return rnd.choice(of["enum"])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in of and rnd.random() < 0.5:
            return fitting(rnd.choice(of[key]), whole, depth - 1)
    kinds = of.get("type", None)
    kind = rnd.choice(kinds) if isinstance(kinds, list) else kinds
    if kind is None:
        kind = "object" if "properties" in of or "required" in of else rnd.choice(TYPES)
    if kind == "object":
        names = set(of.get("required", [])) | {n for n in of.get("properties", {}) if rnd.random() < 0.7}
        if rnd.random() < 0.3:
            names.add(rnd.choice(NAMES))
        rest = of.get("additionalProperties", True)
        return {n: fitting(of.get("properties", {}).get(n, rest), whole, depth - 1) for n in sorted(names)}
    if kind == "array":
        items = of.get("prefixItems", of.get("items", True))
        each = items if isinstance(items, list) else []
        rest = of.get("items", True) if "prefixItems" in of else of.get("additionalItems", True) if each else items
        size = rnd.randrange(of.get("minItems", 0), of.get("minItems", 0) + 3)
        return [fitting(each[i] if i < len(each) else rest, whole, depth - 1) for i in range(size)]
    if kind in ("integer", "number"):
        return rnd.choice(NUMBERS)
    return {"null": None, "boolean": rnd.random() < 0.5, "string": rnd.choice(TEXTS)}[kind]


def pointer(path):
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in path)


def below(path, value):
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield pointer([*path, name])
        yield from below([*path, name], value[name])


def places(errors):
    for error in errors:
        yield pointer(error.absolute_path)
        if "propertyNames" in error.absolute_schema_path:  # here the field whose name it is
            yield pointer([*error.absolute_path, error.instance])
        if error.validator in ("unevaluatedProperties", "unevaluatedItems"):  # here what is wrong in the field or the item
            yield from below(error.absolute_path, error.instance)
        yield from places(error.context or [])


def main():
    made = 0
    with open(os.path.join(out, "json-schema.jsonl"), "w") as lines:
        while made < count:
            new = rnd.random() < 0.5
            whole = rnd.choice([root_object, root_object, root_list, schema])(3, new)
            if not isinstance(whole, dict) or not whole:
                continue
            whole["$defs" if new else "definitions"] = {"d0": {"type": "object", **objects(1, new)}, "d1": {"type": rnd.choice(TYPES)}}
            whole = {"$schema": DRAFT_2020 if new else DRAFT_07, **whole}
            text = written(whole)
            library = jsonschema.Draft202012Validator if new else jsonschema.Draft7Validator
            told = json.loads(text)
            library.check_schema(told)
            checker = library(told, format_checker=None if new else library.FORMAT_CHECKER)
            for _ in range(4):
                document = written(fitting(whole, whole, 6))
                found = sorted(set(places(checker.iter_errors(json.loads(document)))))
                lines.write(json.dumps({"schema": text, "json": document, "valid": not found, "pointers": found}) + "\n")
                made += 1


main()
