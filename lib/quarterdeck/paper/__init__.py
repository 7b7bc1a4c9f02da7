"""Papers: figures said in sentences, charts and tables, and put on a page."""
