"""The library side by side with its peers: `make bench`. No test looks at these times."""
