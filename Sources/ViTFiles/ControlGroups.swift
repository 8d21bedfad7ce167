internal import Foundation

/// Linux's control groups, by which containers and service managers limit memory.
///
/// Source: Linux's documentation, "Control Group v2" (memory.max, memory.high) and "Memory Resource Controller" of
/// version 1 (memory.limit_in_bytes); proc(5) for `/proc/self/cgroup` and `/proc/self/mountinfo`.
package enum ControlGroups {
  /// The least of the limits of this process's groups and of those above them, in bytes; nil where there is none.
  ///
  /// - Parameter root: Folder that stands for `/`.
  package static func memoryLimit(root: String = "") -> Double? {
    func read(_ path: String) -> String? { try? String(contentsOfFile: root + path, encoding: .utf8) }
    guard let groups = read("/proc/self/cgroup"), let mounts = read("/proc/self/mountinfo") else { return nil }
    var limits: [Double] = []
    for line in groups.split(separator: "\n") {
      // Hierarchy, controllers, path; version 2 has no controllers.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      let isSecond = fields[1].isEmpty
      guard isSecond || fields[1].split(separator: ",").contains("memory") else { continue }
      let files = isSecond ? ["memory.max", "memory.high"] : ["memory.limit_in_bytes"]
      for mount in mountPoints(in: mounts, isSecond: isSecond) {
        for folder in folders(from: mount.place, to: fields[2], below: mount.root) {
          for file in files {
            // "max" is no number; version 1 writes a number near 2^63 for no limit, which is above any machine's.
            guard let text = read("\(folder)/\(file)") else { continue }
            if let bytes = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)), bytes < 0x1p60 {
              limits.append(bytes)
            }
          }
        }
      }
    }
    return limits.min()
  }

  /// Where hierarchies that count memory are mounted, and which of their folders each mount shows.
  private static func mountPoints(in text: String, isSecond: Bool) -> [(root: String, place: String)] {
    text.split(separator: "\n").compactMap { line in
      // identifier, parent, device, root, place, options, …, "-", type, source, options of the file system
      let fields = line.split(separator: " ").map(String.init)
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
      let isRight =
        isSecond
        ? fields[dash + 1] == "cgroup2"
        : fields[dash + 1] == "cgroup" && fields[dash + 3].split(separator: ",").contains("memory")
      return isRight ? (unescaped(fields[3]), unescaped(fields[4])) : nil
    }
  }

  /// The mount's folder and those below it, down to the group's.
  private static func folders(from place: String, to group: String, below root: String) -> [String] {
    // Within a container the mount may show the container's own group as its root; a group elsewhere is not shown.
    var path = group
    if root != "/", group == root || group.hasPrefix(root + "/") { path = String(group.dropFirst(root.count)) }
    var folders = [place]
    for part in path.split(separator: "/") where part != ".." {
      folders.append(folders[folders.count - 1] + "/" + part)
    }
    return folders
  }

  /// The kernel writes blanks and backslashes of paths in octal.
  private static func unescaped(_ path: String) -> String {
    path.replacingOccurrences(of: "\\040", with: " ").replacingOccurrences(of: "\\011", with: "\t")
      .replacingOccurrences(of: "\\134", with: "\\")
  }
}
