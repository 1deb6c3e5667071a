package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether what one version of a method's messages writes is read the same by another: the numbers,
 * types, names and cardinalities of fields, what is required, the numbers of enums. A number under
 * another name is taken for another field, whose JSON it would be. Fields may come, and go unless
 * they were required. Pure.
 */
final class DescriptorChange {

  private final Set<String> compared = new HashSet<>();

  private DescriptorChange() {}

  /** What is incompatible, with message and field; null: nothing. */
  static @Nullable String incompatible(MethodDescriptor old, MethodDescriptor next) {
    var change = new DescriptorChange();
    String request = change.message(old.getInputType(), next.getInputType());
    return request == null ? change.message(old.getOutputType(), next.getOutputType()) : request;
  }

  private @Nullable String message(Descriptor old, Descriptor next) {
    if (!old.getFullName().equals(next.getFullName())) {
      return "message %s has become %s".formatted(old.getFullName(), next.getFullName());
    }
    if (!compared.add(old.getFullName())) {
      return null;
    }
    for (FieldDescriptor field : old.getFields()) {
      FieldDescriptor now = next.findFieldByNumber(field.getNumber());
      String change = now == null ? gone(field) : field(field, now);
      if (change != null) {
        return change;
      }
    }
    for (FieldDescriptor field : next.getFields()) {
      if (field.isRequired() && old.findFieldByNumber(field.getNumber()) == null) {
        return "%s: field %s (%d) is new and required"
            .formatted(next.getFullName(), field.getName(), field.getNumber());
      }
    }
    return null;
  }

  private static @Nullable String gone(FieldDescriptor field) {
    return field.isRequired() ? said(field, "was required and is gone") : null;
  }

  private @Nullable String field(FieldDescriptor old, FieldDescriptor next) {
    if (!old.getName().equals(next.getName())) {
      return said(old, "has given its number to " + next.getName());
    }
    if (!wire(old).equals(wire(next))) {
      return said(old, "was %s and is %s".formatted(wire(old), wire(next)));
    }
    if (old.isRequired() != next.isRequired()) {
      return said(old, next.isRequired() ? "has become required" : "is no longer required");
    }
    if (old.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      return message(old.getMessageType(), next.getMessageType());
    }
    return old.getJavaType() == FieldDescriptor.JavaType.ENUM
        ? numbers(old, old.getEnumType(), next.getEnumType())
        : null;
  }

  /** How its values are written. */
  private static String wire(FieldDescriptor field) {
    String type =
        switch (field.getType()) {
          case MESSAGE -> field.getMessageType().getFullName();
          case GROUP -> "group";
          default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    return (field.isRepeated() ? "repeated " : "") + type;
  }

  private static @Nullable String numbers(
      FieldDescriptor field, EnumDescriptor old, EnumDescriptor next) {
    for (EnumValueDescriptor value : next.getValues()) {
      EnumValueDescriptor before = old.findValueByNumber(value.getNumber());
      EnumValueDescriptor named = old.findValueByName(value.getName());
      if (named != null && named.getNumber() != value.getNumber()) {
        return said(
            field,
            "enum %s has given %s another number".formatted(old.getFullName(), value.getName()));
      }
      if (before != null && named == null && next.findValueByName(before.getName()) == null) {
        return said(
            field,
            "enum %s has given the number of %s to %s"
                .formatted(old.getFullName(), before.getName(), value.getName()));
      }
    }
    return null;
  }

  private static String said(FieldDescriptor field, String what) {
    return "%s: field %s (%d) %s"
        .formatted(
            field.getContainingType().getFullName(), field.getName(), field.getNumber(), what);
  }
}
