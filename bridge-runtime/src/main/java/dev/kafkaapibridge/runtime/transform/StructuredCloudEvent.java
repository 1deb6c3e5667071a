package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.Map;
import java.util.function.Function;

/** A record as a CloudEvent in CloudEvents' JSON format. Without a value it has no data. Pure. */
final class StructuredCloudEvent implements RecordBody {

  private final Decoding decoding;
  private final Function<SourceRecord, String> id;

  StructuredCloudEvent(Decoding decoding, Function<SourceRecord, String> id) {
    this.decoding = decoding;
    this.id = id;
  }

  @Override
  public byte[] of(SourceRecord record, RecordFields fields) throws Unfit {
    byte[] value = decoding.value(fields);
    byte[] key = decoding.keyUnchecked(fields);
    return JsonDocument.write(json -> {
      json.writeStartObject();
      for (Map.Entry<String, String> attribute :
          CloudEvent.attributes(record, id.apply(record), key, decoding.key()).entrySet()) {
        json.writeStringField(attribute.getKey(), attribute.getValue());
      }
      if (value != null) {
        json.writeStringField("datacontenttype", Bodies.typeOfValues(decoding.value()));
        JsonDocument.content(json, "data", "data_base64", decoding.value(), value);
      }
      json.writeEndObject();
    });
  }
}
