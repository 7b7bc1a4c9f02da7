"""The handbook: a chapter a Markdown file, published beside the papers by `quarterdeck.site.handbook`."""
