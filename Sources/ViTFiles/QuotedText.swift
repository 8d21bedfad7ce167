extension String {
  /// The text between double quotes, with the escapes that JSON and YAML have in common.
  ///
  /// - Parameter escape: What to write for a control character or another scalar that cannot stand as it is; nil for
  ///   the scalar itself.
  package func quoted(escape: (Unicode.Scalar) -> String?) -> String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result += escape(scalar) ?? String(scalar)
      }
    }
    return result + "\""
  }
}

extension BinaryInteger {
  /// The number in hexadecimal, with zeros in front where it has fewer digits.
  package func hexadecimal(digits count: Int) -> String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: max(count - digits.count, 0)) + digits
  }
}
