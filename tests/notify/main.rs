//! The receivers, each against a real one on loopback.
