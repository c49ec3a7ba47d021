module harness

go 1.23

replace github.com/example/client => ./client
