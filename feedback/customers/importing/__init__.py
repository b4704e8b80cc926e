"""Files of customers, purchases and returns: tables (CSV, XLSX) as streams, cells understood, rejected rows kept."""
