"""Files, folders and archives of logs as bounded streams of text."""
