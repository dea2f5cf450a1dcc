"""Routes, cookies and headers of the server, beside the pages."""
