//! The checksum in each row (`migrations/0016.sql`). SQLite has no checksums of its own,
//! so a damaged byte in a text or a number would not be noticed.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};
use xxhash_rust::xxh3::Xxh3;

/// The name by which the triggers call the function.
const NAME: &str = "row_sum";

/// Gives `db` the function `row_sum`: without it, nothing can be written.
pub(super) fn register(db: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function(NAME, -1, flags, |values| Ok(row_sum(values)))
}

/// The checksum has 32 bits: it adds five bytes to a row, and misses one damage in four
/// billion.
fn row_sum(values: &Context<'_>) -> i64 {
    let mut sum = Xxh3::new();
    for at in 0..values.len() {
        match values.get_raw(at) {
            ValueRef::Null => sum.update(&[0]),
            ValueRef::Integer(number) => add(&mut sum, 1, &number.to_le_bytes()),
            ValueRef::Real(number) => add(&mut sum, 2, &number.to_le_bytes()),
            ValueRef::Text(bytes) => add(&mut sum, 3, bytes),
            ValueRef::Blob(bytes) => add(&mut sum, 4, bytes),
        }
    }
    i64::from(sum.digest() as u32)
}

/// Adds a value with its length: without it, text that moves from one column to the next
/// would not change the checksum.
fn add(sum: &mut Xxh3, kind: u8, bytes: &[u8]) {
    sum.update(&[kind]);
    sum.update(&(bytes.len() as u64).to_le_bytes());
    sum.update(bytes);
}

/// The expression by which the checksum of a row of `table` is computed, as its
/// trigger has it; `None` for a table that has none.
pub(super) fn expression(db: &Connection, table: &str) -> Result<Option<String>, Error> {
    let mut trigger = db.prepare("SELECT sql FROM sqlite_schema WHERE name = ?1")?;
    let mut rows = trigger.query([format!("sum_{table}_add")])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let sql: String = row.get(0)?;
    let call = sql.find(NAME).map(|at| &sql[at..]);
    Ok(call.and_then(|call| Some(call[..=call.find(')')?].to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str) {
        let db = Connection::open_in_memory().unwrap();
        register(&db).unwrap();
        let is_same: bool = db
            .query_row(
                &format!("SELECT row_sum({one}) IS row_sum({other})"),
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(is_same, one == other, "{one} and {other}");
    }

    #[test]
    fn a_checksum_tells_values_types_and_columns_apart() {
        check("'ferry', 1, NULL", "'ferry', 1, NULL");
        check("'ferry'", "'ferrx'");
        check("'ab', 'c'", "'a', 'bc'");
        check("1", "1.0");
        check("1", "'1'");
        check("''", "NULL");
        check("'a'", "x'61'");
    }
}
