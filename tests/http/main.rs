//! The manners of the one HTTP client, against real servers on loopback.
