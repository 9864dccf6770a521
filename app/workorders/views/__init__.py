"""Pages of materials, installers, business types, work orders and the money that installers hold."""
