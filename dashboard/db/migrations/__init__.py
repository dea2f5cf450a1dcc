"""How the tables came to be what they are: one file a step, applied in order by Alembic."""
