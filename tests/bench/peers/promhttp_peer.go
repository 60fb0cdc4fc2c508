// promhttp_peer FILE: the samples of the file behind client_golang's promhttp, until it is killed.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// load fills the registry from the lines that flatten.awk writes.
func load(registry *prometheus.Registry, file *os.File) error {
	var counters *prometheus.CounterVec
	var gauges *prometheus.GaugeVec
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if fields[0] == "family" {
			counters, gauges = nil, nil
			if fields[1] == "counter" {
				counters = prometheus.NewCounterVec(prometheus.CounterOpts{Name: fields[2], Help: fields[3]}, fields[4:])
				registry.MustRegister(counters)
			} else {
				gauges = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: fields[2], Help: fields[3]}, fields[4:])
				registry.MustRegister(gauges)
			}
			continue
		}
		value, err := strconv.ParseFloat(fields[0], 64)
		if err != nil {
			return err
		}
		if counters != nil {
			counters.WithLabelValues(fields[1:]...).Add(value)
		} else {
			gauges.WithLabelValues(fields[1:]...).Set(value)
		}
	}
	return lines.Err()
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: promhttp_peer FILE")
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	if err := load(registry, file); err != nil {
		log.Fatal(err)
	}
	file.Close()
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s/metrics\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
