"""Places: communities 小區 now; buildings and units stand here when metering comes."""
