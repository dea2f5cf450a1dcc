"""Wall clocks, time zones and the weekly plan."""
