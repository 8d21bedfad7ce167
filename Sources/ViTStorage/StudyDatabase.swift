internal import GRDB

/// A study's SQLite file.
public struct StudyDatabase {}
