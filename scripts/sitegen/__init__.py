"""The site: pages made from the model of the specification, and what runs in the browser."""
