"""How fast the dashboard is, and how little it holds in memory: `python -m benchmarks`. Never a timed test."""
