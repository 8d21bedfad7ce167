import Testing

/// A header that does not fit the eight bytes of tensors that follow it.
struct MalformedHeader: Sendable, CustomTestStringConvertible {
  let json: String
  let message: String

  var testDescription: String { message }

  private init(_ json: String, _ message: String) {
    self.json = json
    self.message = message
  }

  /// One tensor called `a`.
  private static func one(
    _ message: String, type: String = #""F32""#, shape: String = "[2]", offsets: String = "[0,8]"
  ) -> MalformedHeader {
    MalformedHeader(#"{"a":{"dtype":\#(type),"shape":\#(shape),"data_offsets":\#(offsets)}}"#, message)
  }

  /// Two F32 tensors called `a` and `b`, of one value each.
  private static func two(_ message: String, _ offsets: String, _ others: String) -> MalformedHeader {
    MalformedHeader(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":\#(offsets)},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":\#(others)}}"#, message)
  }

  static let all: [MalformedHeader] = [
    one(#"tensor "a" has the dtype "F31", expected one of BOOL"#, type: #""F31""#),
    one(#"expected the dtype of tensor "a" to be a string"#, type: "32"),
    one(#"expected the shape of tensor "a" to hold integers from 0"#, shape: "[-2]"),
    one(#"expected the shape of tensor "a" to hold integers from 0"#, shape: "[2.0]"),
    one(#"expected the shape of tensor "a" to hold integers from 0"#, shape: "[99999999999999999999]"),
    one(#"expected the shape of tensor "a" to hold integers from 0"#, shape: #"["2"]"#),
    one("but F32 of shape [3] needs 12 bytes", shape: "[3]"),
    one("but F32 of shape [0] needs 0 bytes", shape: "[0]"),
    one("needs more than 2^63 bytes", shape: "[4294967296,4294967296]"),
    one("needs more than 2^63 bytes", shape: "[9223372036854775807]"),
    one("takes bytes 0 to 12, but the file holds 8 bytes of tensors", shape: "[3]", offsets: "[0,12]"),
    one("but the file holds 8 bytes of tensors", offsets: "[0,9223372036854775807]"),
    one("has the data_offsets [8, 0], expected [begin, end] with begin <= end", offsets: "[8,0]"),
    one("has the data_offsets [0], expected [begin, end]", offsets: "[0]"),
    one("has the data_offsets [0, 4, 8], expected [begin, end]", offsets: "[0,4,8]"),
    one("the tensors end at byte 4, but the file holds 8", shape: "[1]", offsets: "[0,4]"),
    one(
      "takes bytes 4 to 8, but the tensor before it ends at 0: a hole is not allowed", shape: "[1]", offsets: "[4,8]"),
    two(#"tensor "b" takes bytes 2 to 6, which overlaps tensor "a" that ends at 4"#, "[0,4]", "[2,6]"),
    two(#"tensor "b" takes bytes 0 to 4, which overlaps tensor "a" that ends at 4"#, "[0,4]", "[0,4]"),
    MalformedHeader(#"{}"#, "the tensors end at byte 0, but the file holds 8"),
    MalformedHeader(#"{"a":{"dtype":"F32","shape":[2]}}"#, #"tensor "a" has no data_offsets"#),
    MalformedHeader(#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, #"tensor "a" has no dtype"#),
    MalformedHeader(#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, #"tensor "a" has no shape"#),
    MalformedHeader(#"{"a":{"layout":"dense"}}"#, #"tensor "a" has the key "layout", expected dtype, shape"#),
    MalformedHeader(#"{"a":{"dtype":"F32","dtype":"F32"}}"#, #"the header holds "dtype" twice"#),
    MalformedHeader(
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{}}"#, #"the header holds "a" twice"#),
    MalformedHeader(#"{"__metadata__":{"epochs":3}}"#, #"expected the metadata's value of "epochs" to be a string"#),
    MalformedHeader(#"{"__metadata__":"text"}"#, #"malformed at byte 16: expected "{""#),
    MalformedHeader(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, #"expected ",""#),
    MalformedHeader(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}}"#, "expected the end of the header"),
    MalformedHeader(#"{"a":{"dtype":"F32","shape":[2,],"data_offsets":[0,8]}}"#, "to hold integers"),
    MalformedHeader(#"{"a\q":{}}"#, "after a backslash"),
    MalformedHeader(#"{"a\ud800":{}}"#, "expected a surrogate pair"),
    MalformedHeader(#"{"a\u00g0":{}}"#, "expected four hexadecimal digits"),
    MalformedHeader("{\"a\n\":{}}", "expected no control character"),
    MalformedHeader(#"{"a"#, "expected a quotation mark to end a string"),
    MalformedHeader(#" {"a":{}}"#, #"the header does not start with "{""#),
  ]
}
