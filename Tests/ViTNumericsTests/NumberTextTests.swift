import Testing
import ViTNumerics

@Suite struct `Number text` {
  @Test(arguments: [
    (0.0, "0 µs"), (12.34e-6, "12.3 µs"), (0.9994e-3, "999 µs"), (0.99951e-3, "1 ms"), (12.34e-3, "12.3 ms"),
    (0.9995, "1 s"), (75, "75 s"),
  ])
  func `of a latency has three digits in the unit that suits`(seconds: Double, text: String) {
    #expect(ReadableNumber.latency(seconds) == text)
  }

  @Test(arguments: [
    (850.0, "850", "850"), (999.4, "999", "999"), (5_717_416, "5.72M", "5.72 M"), (10_250_000, "10.2M", "10.3 M"),
    (1.25e9, "1.25G", "1.25 G"), (2000, "2k", "2.00 k"),
  ])
  func `of a count has three digits and a prefix`(value: Double, tight: String, spaced: String) {
    #expect(ReadableNumber.count(value) == tight)
    #expect(ReadableNumber.spaced(value) == spaced)
  }

  @Test func `groups digits and knows one from many`() {
    #expect(ReadableNumber.grouped(1_234_567) == "1,234,567" && ReadableNumber.grouped(-123) == "-123")
    #expect(ReadableNumber.count(1, "seed") == "1 seed" && ReadableNumber.count(1024, "seed") == "1,024 seeds")
  }

  @Test func `of a share has a sign or none`() {
    #expect(ReadableNumber.percent(0.8263) == "82.63" && ReadableNumber.percentage(0.8263, decimals: 1) == "82.6%")
  }

  @Test func `of a time of day's length has minutes and hours`() {
    #expect(ReadableNumber.clock(75) == "1:15" && ReadableNumber.clock(3675) == "1:01:15")
    #expect(ReadableNumber.clock(.infinity) == "0:00" && ReadableNumber.milliseconds(0.0123456) == "12.35 ms")
  }

  @Test(arguments: [(0.7624, "0.762"), (2, "2.00"), (38.06, "38.1"), (403.2, "403"), (0, "0.000")])
  func `for columns keeps its zeros`(value: Double, text: String) { #expect(ReadableNumber.aligned(value) == text) }

  @Test(arguments: [
    (0.1253, "0.125"), (1.8, "1.8"), (256.4, "256"), (2.51e-5, "2.51e-05"), (0, "0"), (1e14, "100000000000000"),
  ])
  func `for documents has three digits and reads back as rounded`(value: Double, text: String) {
    #expect(ReadableNumber.short(value) == text)
    #expect(NumberText.number(text) == ReadableNumber.rounded(value))
  }

  @Test func `reads as it is written, groups and suffixes included`() {
    #expect(NumberText.number("22_050_664") == 22_050_664 && NumberText.number("-0.5") == -0.5)
    #expect(NumberText.count("5M") == 5e6 && NumberText.seconds("800µs") == 800e-6 && NumberText.share("1/4") == 0.25)
    for text in ["", "_1", "1_", "1__0", "inf", "nan", "0x10", "1,5", "1/0"] {
      #expect(NumberText.number(text) == nil && NumberText.share(text) == nil)
    }
  }
}
