internal import GRDB
internal import ViTFiles

/// The tables of a study's database, and how older files come to have them.
enum StudySchema {
  /// Stored as `user_version`; one more for each migration.
  static let version = 1

  /// Written before the first table. The application's number is "nvit" in ASCII: `file` and SQLite's tools show it.
  static let fileSettings = "PRAGMA application_id = \(applicationIdentifier)"
  private static let applicationIdentifier = 0x6e76_6974

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: firstTables)
      try database.execute(sql: "PRAGMA user_version = 1")
    }
    return migrator
  }

  /// The file's version, from 1.
  ///
  /// - Throws: `FileError` when it is no study's database, or of a newer nvit.
  static func version(of database: Database, path: String) throws -> Int {
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard application == applicationIdentifier, found >= 1 else {
      throw FileError(.malformed, path: path, reason: "it is an SQLite database, but not one of nvit's studies")
    }
    let isNewer = try found > version || migrator.hasBeenSuperseded(database)
    guard !isNewer else {
      throw FileError(
        .malformed, path: path,
        reason: """
          the database has schema \(found), this version of nvit knows schemas up to \(version); \
          use the newer version that wrote it
          """)
    }
    return found
  }

  /// SQLite keeps the comments: `.schema` shows them.
  static let firstTables = """
    CREATE TABLE study (
      -- Facts about the study as a whole, one a row.
      key TEXT NOT NULL PRIMARY KEY, -- name, plan (JSON), space (the document), created, version, seed, device, ...
      value TEXT NOT NULL
    );

    CREATE TABLE runs (
      -- The start of the study, and every resume.
      id INTEGER PRIMARY KEY, -- 1 is the start
      version TEXT NOT NULL, -- of nvit
      command TEXT NOT NULL, -- the command line, a JSON array
      state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'interrupted', 'failed')), -- a killed run stays running
      started TEXT NOT NULL, -- ISO 8601, UTC, by the time of day
      finished TEXT,
      threads INTEGER NOT NULL,
      phase_seconds TEXT NOT NULL, -- seconds by phase, a JSON object
      peak_memory_bytes TEXT, -- bytes by phase, a JSON object
      study_seconds REAL -- what the study had taken at the run's end, earlier runs included; NULL if it was killed
    );

    CREATE TABLE members (
      -- What the study trains: baselines and candidates.
      id INTEGER PRIMARY KEY, -- in the order added
      digest TEXT NOT NULL UNIQUE, -- SHA-256 of the architecture's canonical JSON
      name TEXT NOT NULL,
      role TEXT NOT NULL, -- baseline, candidate, random-search
      architecture TEXT NOT NULL, -- canonical JSON
      embedding INTEGER NOT NULL, -- E
      depth INTEGER NOT NULL, -- blocks
      parameters INTEGER NOT NULL,
      macs INTEGER NOT NULL, -- multiply-accumulates for one image
      predicted_latency_seconds REAL NOT NULL, -- for one batch
      predicted_uncertainty_seconds REAL NOT NULL, -- half width of the 95% interval of the prediction; 0 if unknown
      targets TEXT NOT NULL, -- labels of the latency targets it was chosen for, a JSON array
      open_values TEXT NOT NULL, -- the open numbers' values by name, a JSON object
      point TEXT NOT NULL, -- where in the space's unit cube it was drawn, a JSON array; empty for baselines
      round INTEGER NOT NULL -- in which round it was proposed, from 0
    );

    CREATE TABLE trials (
      -- Trainings, begun or finished.
      id INTEGER PRIMARY KEY, -- in the order begun
      digest TEXT NOT NULL REFERENCES members (digest),
      seed INTEGER NOT NULL, -- of the training, as a signed 64-bit number
      rung INTEGER NOT NULL, -- which of the study's training lengths, from 0
      name TEXT NOT NULL, -- the member's
      phase TEXT, -- search, audit, random-search, baseline, final, ...; NULL until finished
      state TEXT NOT NULL CHECK (state IN ('begun', 'completed', 'failed')), -- failed: the training diverged
      attempts INTEGER NOT NULL, -- how often it was begun; above 1 after a crash or a stop
      finish_order INTEGER UNIQUE, -- 1 for the trial that finished first
      validation_accuracy REAL, -- top-1 on the validation split, 0 to 1
      validation_loss REAL, -- NULL where it is no finite number
      training_loss REAL,
      samples_seen INTEGER, -- images seen in training
      duration_seconds REAL,
      images_per_second REAL,
      failed_step INTEGER,
      failed_reason TEXT,
      begun TEXT, -- ISO 8601, UTC, of the last attempt
      finished TEXT,
      finished_seconds REAL, -- what the study had taken then, over all runs, by a clock that never goes back
      run INTEGER REFERENCES runs (id), -- that finished it
      UNIQUE (digest, seed, rung)
    );

    CREATE TABLE latencies (
      -- Measurements of members on this device.
      id INTEGER PRIMARY KEY,
      digest TEXT NOT NULL REFERENCES members (digest),
      seconds REAL NOT NULL, -- median for one batch
      lower_seconds REAL NOT NULL, -- 95% interval of the median
      upper_seconds REAL NOT NULL,
      repetitions INTEGER NOT NULL,
      warmups INTEGER NOT NULL,
      device TEXT NOT NULL,
      engine TEXT NOT NULL,
      batch_size INTEGER NOT NULL, -- images
      threads INTEGER NOT NULL,
      precision TEXT NOT NULL,
      date TEXT NOT NULL -- ISO 8601
    );

    CREATE TABLE fronts (
      -- What the study found; the last row counts.
      id INTEGER PRIMARY KEY,
      made TEXT NOT NULL, -- ISO 8601, UTC
      objective TEXT NOT NULL, -- validation_accuracy or multiply_accumulates
      reference_latency_seconds REAL NOT NULL, -- upper end of the hypervolume's range; 0 where there is none
      reference_value REAL NOT NULL, -- what it is counted from
      hypervolume REAL NOT NULL, -- of the front, a mean height in the objective's unit
      document TEXT NOT NULL -- as pareto.json
    );

    CREATE TABLE front_members (
      -- Every member as a front's document has it.
      front INTEGER NOT NULL REFERENCES fronts (id),
      digest TEXT NOT NULL REFERENCES members (digest),
      on_front INTEGER NOT NULL CHECK (on_front IN (0, 1)),
      latency_seconds REAL NOT NULL, -- measured if known, else predicted
      accuracy REAL, -- mean over seeds on the validation split
      accuracy_half_width REAL, -- of Student's 95% interval of the mean
      test_accuracy REAL, -- mean over seeds on the test split
      probability_above_baselines REAL,
      PRIMARY KEY (front, digest)
    );

    CREATE VIEW leaderboard AS
      -- One row for each member, best first; accuracies are over the completed trainings of the final, or, for a
      -- member that did not come so far, of its highest rung.
      WITH
        stages AS (SELECT *, 2 * rung + (phase = 'final') AS stage FROM trials WHERE state = 'completed'),
        highest AS (SELECT digest, max(stage) AS stage FROM stages GROUP BY digest),
        scores AS (
          SELECT digest, rung, count(*) AS trainings, avg(validation_accuracy) AS accuracy,
            min(validation_accuracy) AS lowest_accuracy, max(validation_accuracy) AS highest_accuracy
          FROM stages JOIN highest USING (digest, stage) GROUP BY digest),
        failures AS (SELECT digest, count(*) AS failed FROM trials WHERE state = 'failed' GROUP BY digest),
        measured AS (
          SELECT digest, seconds FROM latencies WHERE id IN (SELECT max(id) FROM latencies GROUP BY digest)),
        last AS (SELECT * FROM front_members WHERE front = (SELECT max(id) FROM fronts))
      SELECT members.name, members.role, coalesce(last.on_front, 0) AS on_front,
        coalesce(measured.seconds, members.predicted_latency_seconds) AS latency_seconds,
        measured.seconds AS measured_latency_seconds, members.predicted_latency_seconds,
        scores.accuracy, scores.lowest_accuracy, scores.highest_accuracy, last.test_accuracy,
        coalesce(scores.trainings, 0) AS trainings, coalesce(failures.failed, 0) AS failed, scores.rung,
        members.parameters, members.macs, members.embedding, members.depth, members.targets, members.digest
      FROM members
        LEFT JOIN scores USING (digest) LEFT JOIN failures USING (digest) LEFT JOIN measured USING (digest)
        LEFT JOIN last USING (digest)
      ORDER BY scores.accuracy DESC, latency_seconds, members.id;
    """
}
