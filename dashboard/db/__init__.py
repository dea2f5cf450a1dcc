"""The database: tables, migrations, locks, and what repositories share."""
