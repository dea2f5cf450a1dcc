"""Everything that draws: the only room beside pages/ that imports streamlit."""
