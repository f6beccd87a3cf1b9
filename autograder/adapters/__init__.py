"""Where the grader meets other programs: thin, and each replaceable."""
