"""One file per rule: evidence to findings, without input or output."""
