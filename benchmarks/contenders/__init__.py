"""One file a contender: each makes a function that does the work, and counts its units."""
