"""Reports 信息查詢: one file per report, named as in the menu. They read; they never write."""
