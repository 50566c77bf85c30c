"""Finding indicators in large streams of bytes: every literal in one pass, then each candidate judged exactly."""
