import Foundation
import TestSupport
import Testing
import ViTNumerics

/// Chromium without a window and without a network.
struct Browser {
  /// What became of a page once its scripts had run.
  struct Visit {
    /// The document as HTML.
    let document: String
    /// Messages on the console, errors and breaches of the page's policy among them.
    let console: [String]

    func count(_ needle: String) -> Int { document.components(separatedBy: needle).count - 1 }
  }

  static let executable: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return ["chromium", "chromium-browser", "google-chrome"].lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Opens a page, and once it says that it is ready, runs a script in it.
  ///
  /// - Parameters:
  ///   - script: Added to the page, and by its digest to the page's policy, which stays in force.
  ///   - isDark: Whether the user prefers dark pages.
  static func visit(_ page: String, running script: String? = nil, isDark: Bool = false) throws -> Visit {
    let executable = try #require(executable)
    let folder = TemporaryFolder()
    try Data((try script.map { try adding($0, to: page) } ?? page).utf8)
      .write(to: URL(fileURLWithPath: folder("page.html")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--no-first-run", "--proxy-server=127.0.0.1:9",
      "--user-data-dir=\(folder("profile"))", "--window-size=1366,900",
      "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--enable-logging=stderr",
      // Milliseconds of the page's own clock; less passes outside when nothing is left to do.
      "--virtual-time-budget=30000", "--dump-dom", "file://\(folder("page.html"))",
    ]
    // Chromium talks to nobody: no session bus, and a home of its own.
    process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path]
    let log = folder("log")
    try Data().write(to: URL(fileURLWithPath: log))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let document = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let messages = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      .filter { $0.contains(":CONSOLE:") }.map(String.init)
    return Visit(document: document, console: messages)
  }

  private static func adding(_ script: String, to page: String) throws -> String {
    let waiting = """
      (function wait() {
        if (document.documentElement.dataset.state !== "ready") return setTimeout(wait, 20);
        (async () => { \(script) })().catch((error) => console.error("the test's script: " + error));
      })();
      """
    let digits = SHA256.hexDigest(waiting.utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { start in
      UInt8(digits.dropFirst(start).prefix(2), radix: 16)
    }
    let source = "script-src &apos;sha256-\(Data(bytes).base64EncodedString())&apos; "
    let end = "\n</body>\n</html>\n"
    try #require(page.contains("script-src ") && page.hasSuffix(end))
    return page.dropLast(end.count).replacing("script-src ", with: source, maxReplacements: 1)
      + "<script>\(waiting)</script>" + end
  }
}
