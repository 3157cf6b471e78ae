//! What a check of the store's file finds.

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table, where it is known.
    pub table: Option<String>,
    /// The row's number or name, where it is known.
    pub id: Option<String>,
    /// What is damaged.
    pub scope: Scope,
    /// What is wrong, for a person to read.
    pub what: String,
}

/// What a finding is about, which decides what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The file's pages: other damage may be hidden by it.
    File,
    /// An index, by its name: it can be built again from its table.
    Index(String),
    /// One row; its column where that is known.
    Row(Option<String>),
    /// The definition of a table, an index or a trigger.
    Schema,
}
