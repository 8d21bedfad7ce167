import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Memory limits` {
  /// A tree of files that stands for `/`.
  private func limit(_ files: [String: String]) throws -> Double? {
    let folder = TemporaryFolder()
    for (path, text) in files {
      let whole = folder(path)
      try FileManager.default.createDirectory(
        atPath: (whole as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try text.write(toFile: whole, atomically: false, encoding: .utf8)
    }
    return ControlGroups.memoryLimit(root: folder.path)
  }

  private let second = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
  private let first = """
    23 1 8:1 / / rw - ext4 /dev/sda1 rw
    33 23 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
    34 23 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory

    """

  @Test func `The least of a group's and its ancestors' limits counts, in version 2`() throws {
    let files = [
      "proc/self/cgroup": "0::/user.slice/a.scope\n", "proc/self/mountinfo": second,
      "sys/fs/cgroup/user.slice/memory.max": "3221225472\n",
      "sys/fs/cgroup/user.slice/memory.high": "max\n",
      "sys/fs/cgroup/user.slice/a.scope/memory.max": "max\n",
    ]
    #expect(try limit(files) == 3 * 0x1p30)
    #expect(
      try limit(files.merging(["sys/fs/cgroup/user.slice/a.scope/memory.high": "1073741824\n"]) { $1 }) == 0x1p30)
    #expect(try limit(files.merging(["sys/fs/cgroup/user.slice/memory.max": "max\n"]) { $1 }) == nil)
  }

  @Test func `A container sees its own group as the root, in both versions`() throws {
    #expect(
      try limit([
        "proc/self/cgroup": "0::/\n", "proc/self/mountinfo": second, "sys/fs/cgroup/memory.max": "2147483648\n",
      ]) == 2 * 0x1p30)
    #expect(
      try limit([
        "proc/self/cgroup": "7:cpu:/docker/x\n4:memory:/docker/x\n",
        "proc/self/mountinfo": "34 23 0:31 /docker/x /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n",
      ]) == 0x1p29)
  }

  @Test func `Version 1 writes a number near 2^63 for no limit, and other controllers do not count`() throws {
    let files = [
      "proc/self/cgroup": "5:cpuset:/small\n4:memory:/a/b\n0::/\n", "proc/self/mountinfo": first,
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/small/memory.limit_in_bytes": "4096\n",
    ]
    #expect(try limit(files) == nil)
    #expect(
      try limit(files.merging(["sys/fs/cgroup/memory/a/memory.limit_in_bytes": "5368709120\n"]) { $1 }) == 5 * 0x1p30)
  }

  @Test func `Without control groups, or with files that say nothing, there is no limit`() throws {
    #expect(try limit([:]) == nil)
    #expect(try limit(["proc/self/cgroup": "", "proc/self/mountinfo": second]) == nil)
    #expect(
      try limit(["proc/self/cgroup": "nonsense\n:::\n0::/a\n", "proc/self/mountinfo": "- -\n\n" + second]) == nil)
    #expect(
      try limit([
        "proc/self/cgroup": "0::/a b\n",
        "proc/self/mountinfo": "29 23 0:26 / /my\\040groups rw - cgroup2 cgroup2 rw\n",
        "my groups/a b/memory.max": "1048576", "my groups/memory.max": "",
      ]) == 0x1p20)
  }

  @Test func `What fits is no shortage, and what does not is told with both numbers and whose limit it is`() {
    let machine = MemoryLimit(.machine, bytes: 24 * 0x1p30)
    #expect(machine.shortage(for: 24 * 0x1p30) == nil)
    #expect(machine.shortage(for: 56 * 0x1p30) == "at least 56 GiB of memory, but this machine has 24 GiB")
    #expect(
      MemoryLimit(.container, bytes: 3.25 * 0x1p30).shortage(for: 9 * 0x1p30)
        == "at least 9.0 GiB of memory, but the container's limit leaves 3.2 GiB")
    #expect(
      MemoryLimit(.process, bytes: 100 * 0x1p20).shortage(for: 0x1p29)
        == "at least 512 MiB of memory, but the limit of this process (ulimit -v) leaves 100 MiB")
  }

  @Test func `This machine has memory left, and no more than it has`() {
    let left = MemoryLimit.current.bytes
    #expect(left > 0 && left <= Double(ProcessInfo.processInfo.physicalMemory))
  }
}
