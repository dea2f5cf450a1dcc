"""LinkedIn's formats: schemas, versions, texts and error bodies."""
