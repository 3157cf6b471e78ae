//! Parses the strings of a watch into a query: terms, lexer, parser, checks.

pub(super) mod spec;
pub(super) mod ast;
pub(super) mod fault;
pub(super) mod regexes;
pub(super) mod term;
pub(super) mod lexer;
pub(super) mod parser;
pub(super) mod misread;
pub(super) mod lower;
