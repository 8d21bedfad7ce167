internal import CZlib

extension Gzip {
  /// Inflates a file piece by piece, so that a caller can check what it has before asking for more.
  package struct Reader: ~Copyable {
    private let file: FileDescriptorReader
    private let input: UnsafeMutableRawBufferPointer
    /// At a fixed address, because zlib's state points back to it; nil when the file is plain.
    private let stream: UnsafeMutablePointer<z_stream>?
    /// Bytes of `input` not yet passed on.
    private var pending: Range<Int>
    /// Whether the next byte must start a new gzip member, as it may after the end of one.
    private var isBetweenMembers = false
    private var produced = 0

    /// - Parameter allowsPlain: Whether a file without gzip's magic number is passed through, rather than refused.
    package init(path: String, allowsPlain: Bool) throws(FileError) {
      let file = try FileDescriptorReader(path: path)
      let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
      var stream: UnsafeMutablePointer<z_stream>?
      var count = 0
      do throws(FileError) {
        count = try Reader.fill(input, from: file)
        if count >= 2, input[0] == 0x1f, input[1] == 0x8b {
          stream = try Reader.makeStream(path: path)
        } else if !allowsPlain {
          throw FileError(.malformed, path: path, reason: "not a gzip file: it does not start with the bytes 1f 8b")
        }
      } catch {
        input.deallocate()
        throw error
      }
      self.file = file
      self.input = input
      self.stream = stream
      pending = 0..<count
    }

    deinit {
      if let stream {
        inflateEnd(stream)
        stream.deallocate()
      }
      input.deallocate()
    }

    /// Fills `buffer` from the content.
    ///
    /// - Returns: The number of bytes written; fewer than asked for only at the end of the content.
    private mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
      var filled = 0
      while filled < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let count = if let stream { try inflate(stream, into: rest) } else { try copy(into: rest) }
        if count == 0 { break }
        filled += count
        produced += count
      }
      return filled
    }

    /// The next `count` bytes, or fewer where the content ends before.
    package mutating func read(atMost count: Int) throws(FileError) -> [UInt8] {
      let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(count, 1), 1 << 18), alignment: 16)
      defer { piece.deallocate() }
      var bytes: [UInt8] = []
      while bytes.count < count {
        let wanted = min(piece.count, count - bytes.count)
        let got = try read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]))
        if let shortage = MemoryLimit.shortage(growing: bytes.count, by: got) {
          throw FileError(.cannotRead, path: file.path, reason: "its content takes \(shortage)")
        }
        bytes.append(contentsOf: piece[..<got])
        if got < wanted { break }
      }
      return bytes
    }
  }
}

extension Gzip.Reader {
  private static func makeStream(path: String) throws(FileError) -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard nvit_inflate_init_gzip(stream) == Z_OK else {
      stream.deallocate()
      throw FileError(.cannotRead, path: path, reason: "zlib could not be started")
    }
    return stream
  }

  /// Reads until `buffer` is full or the file ends.
  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from file: borrowing FileDescriptorReader
  ) throws(FileError) -> Int {
    var count = 0
    while count < buffer.count {
      let got = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      if got == 0 { break }
      count += got
    }
    return count
  }

  /// Whether any input is left, after reading more where needed.
  private mutating func hasInput() throws(FileError) -> Bool {
    if pending.isEmpty { pending = 0..<(try Gzip.Reader.fill(input, from: file)) }
    return !pending.isEmpty
  }

  private mutating func copy(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    guard try hasInput() else { return 0 }
    let count = min(buffer.count, pending.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[pending.prefix(count)]))
    pending = pending.dropFirst(count)
    return count
  }

  /// Writes at least one byte into `buffer`, or none at the end of the last member.
  private mutating func inflate(
    _ stream: UnsafeMutablePointer<z_stream>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    while true {
      // Tapes and block devices fill the last block with zeros, which begin no member.
      while isBetweenMembers, try hasInput(), input[pending.lowerBound] == 0 { pending = pending.dropFirst() }
      guard try hasInput() else {
        if isBetweenMembers { return 0 }
        throw FileError(
          .malformed, path: file.path,
          reason: "the gzip data is truncated: the file ends after \(produced) bytes of content")
      }
      if isBetweenMembers {
        inflateReset(stream)
        isBetweenMembers = false
      }
      let room = min(buffer.count, 1 << 30)
      stream.pointee.next_in = input.baseAddress?.advanced(by: pending.lowerBound).assumingMemoryBound(to: Bytef.self)
      stream.pointee.avail_in = UInt32(pending.count)
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
      stream.pointee.avail_out = UInt32(room)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      pending = pending.suffix(Int(stream.pointee.avail_in))
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        let message = stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw FileError(
          .malformed, path: file.path,
          reason: "the gzip data is corrupt after \(produced) bytes of content: \(message)")
      }
      isBetweenMembers = status == Z_STREAM_END
      let count = room - Int(stream.pointee.avail_out)
      if count > 0 { return count }
    }
  }
}
