import Testing
import ViTTraining

@Suite struct LearningRateScheduleTests {
  private let schedule = LearningRateSchedule(peak: 1, minimum: 0.2, warmupSteps: 4, totalSteps: 12)

  @Test func `Warm-up rises in equal steps and reaches the peak with its last`() {
    #expect((0..<4).map(schedule.rate) == [0.25, 0.5, 0.75, 1])
  }

  @Test func `The cosine starts at the peak, passes the middle half way and ends at the minimum`() {
    #expect(schedule.rate(atStep: 4) == 1)
    #expect(abs(schedule.rate(atStep: 8) - 0.6) < 1e-15)
    #expect(abs(schedule.rate(atStep: 12) - 0.2) < 1e-15)
    #expect(abs(schedule.rate(atStep: 1000) - 0.2) < 1e-15)
    // A quarter of the way: (1 + cos(pi / 4)) / 2.
    #expect(abs(schedule.rate(atStep: 6) - (0.2 + 0.8 * (1 + 0.5.squareRoot()) / 2)) < 1e-15)
  }

  @Test func `Without warm-up it starts at the peak`() {
    #expect(LearningRateSchedule(peak: 3, minimum: 0, warmupSteps: 0, totalSteps: 5).rate(atStep: 0) == 3)
  }

  @Test func `Warm-up over all steps never divides by zero`() {
    let schedule = LearningRateSchedule(peak: 2, minimum: 1, warmupSteps: 3, totalSteps: 3)
    #expect(abs(schedule.rate(atStep: 2) - 2) < 1e-15)
    #expect(schedule.rate(atStep: 3).isFinite)
  }

  @Test func `It falls from step to step after the warm-up`() {
    for step in 4..<12 { #expect(schedule.rate(atStep: step + 1) < schedule.rate(atStep: step)) }
  }
}
