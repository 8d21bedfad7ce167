/// How fast the moving average of the weights forgets.
///
/// After update t, counted from 1, the average is d_t times what it was plus 1 - d_t times the new weights, with
/// d_t = min(limit, (t - 1) / (t + 8)). As d_1 = 0, it is a mean of the weights after each update, whose shares add up
/// to 1 exactly; the weights that the training began with have no part in it. Until the limit is reached, update t
/// counts as t (t + 1) … (t + 7): the mean follows about the last ninth of the updates, however few there are. From
/// then on it is the exponential average.
///
/// This is polynomial-decay averaging with eta = 8 (Shamir and Zhang, "Stochastic Gradient Descent for Non-smooth
/// Optimization", ICML 2013, section 4), and the warm-up min(decay, (1 + n) / (10 + n)) of TensorFlow's
/// `ExponentialMovingAverage`, begun two updates later so that nothing of the initial weights is left. Adam's correction,
/// which divides by 1 - decay^t, would be as unbiased, but in a training much shorter than 1 / (1 - decay) it weighs all
/// weights alike, those of the first steps too: a tiny network that 936 steps on Fashion-MNIST take to 69.4 % then had
/// 62.2 % at a decay of 0.9999, and 69.8 % with the warm-up.
struct AverageDecay {
  let limit: Double

  init(_ limit: Double) { self.limit = limit }

  /// - Parameter update: From 1, of those that the average is of.
  func decay(update: Int) -> Double { min(limit, Double(update - 1) / Double(update + 8)) }
}
