internal import ViTFiles

extension RunLayout {
  /// Every kind of run that has a folder.
  package static let all = [explore, train, prune, finetune, paper]

  /// A study: the database goes first, without which what is left cannot be resumed; `space.yaml` last, which tells
  /// that the folder is a study's. SQLite's log goes too, since a new database must not find it.
  package static let explore = RunLayout(
    kind: "explore", noun: "study", presence: "the folder holds a study",
    marks: [StudyFiles.database, StudyFiles.document, "plan.json", "trials.jsonl"],
    files: ["", "-wal", "-shm", "-journal"].map { StudyFiles.database + $0 } + [
      Provenance.fileName, StudyFiles.front, "pareto.csv", "front.svg", "report.html", StudyFiles.latencies,
      "plan.json", "trials.jsonl", "configs/*.json", "weights/*.safetensors", "states/*.safetensors", "charts/*.json",
      StudyFiles.document,
    ], wantsFolderAlone: true)

  /// A training: what was asked for, what came of it, and the state that it goes on from.
  package static let train = RunLayout(
    kind: "train", noun: "training",
    presence: "weights are already there, or a training that is to make them",
    marks: ["training.json", "weights.safetensors", "train.json"],
    files: [
      "training.json", "weights.safetensors", "architecture.json", "state/state.json", "state/weights-*.safetensors",
      "train.json",
      Provenance.fileName,
    ])

  /// A pruning: what was asked for, the latency model, the family, and the state that it goes on from. The description
  /// goes first, so that no half of a run looks like a whole one.
  package static let prune = RunLayout(
    kind: "prune", noun: "pruning run", presence: "a pruning run is already there",
    marks: ["run.json", "family.json"],
    files: [
      "run.json", "family.json", "latency.json", "state/state.json", "state/weights-*.safetensors",
      "snapshots/*/weights.safetensors", "snapshots/*/architecture.json", Provenance.fileName,
    ])

  /// A finetuning: what was done so far, weights by target, and the state of the training at work.
  package static let finetune = RunLayout(
    kind: "finetune", noun: "finetuning run", presence: "results are already there",
    marks: ["finetuned.json"],
    files: [
      "finetuned.json", "*/seed*.safetensors", "state/state.json", "state/weights-*.safetensors", Provenance.fileName,
    ])

  /// A chain; its steps have folders of their own below.
  package static let paper = RunLayout(
    kind: "paper", noun: "paper", presence: "a paper is already there",
    marks: ["steps.json", "paper.json"],
    files: [
      "paper.json", "paper.md", "accuracy.svg", "steps.json", "latency-model.json", "saliency.json", "mined.yaml",
      "dimensions.svg", "regularities.json", "log/*.txt", Provenance.fileName,
    ])
}
