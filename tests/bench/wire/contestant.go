// The contestant in Go: net/http and encoding/json into map[string]any. As the others it greets with a line, then
// answers each order, a line of JSON, with what it cost, a line of JSON.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

type order struct {
	Mode   string `json:"mode"`
	Prefix string `json:"prefix"`
	Count  int    `json:"count"`
}

type answer struct {
	Seconds      float64 `json:"seconds"`
	CPUSeconds   float64 `json:"cpu_seconds"`
	PeakRSSBytes int64   `json:"peak_rss_bytes"`
	Checksum     int     `json:"checksum"`
}

type contestant struct {
	baseURL string
	token   string
	client  *http.Client
}

func newContestant(baseURL, caFile string) (*contestant, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: 1}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", caFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return &contestant{baseURL, os.Getenv("KPLANE_TOKEN"), &http.Client{Transport: transport}}, nil
}

func (c *contestant) get(plane string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, c.baseURL+"/clusters/"+plane+"/control-plane/state", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", request.URL, response.Status)
	}
	return io.ReadAll(response.Body)
}

func countItems(state map[string]any) int {
	items := 0
	for _, resource := range state["resources"].([]any) {
		items += len(resource.(map[string]any)["items"].([]any))
	}
	return items
}

func (c *contestant) run(o order) (int, error) {
	if o.Mode != "sequential" {
		return 0, fmt.Errorf("the Go contestant has no mode %q", o.Mode)
	}
	checksum := 0
	for i := 0; i < o.Count; i++ {
		body, err := c.get(fmt.Sprintf("%s-%d", o.Prefix, i))
		if err != nil {
			return 0, err
		}
		var state map[string]any
		if err := json.Unmarshal(body, &state); err != nil {
			return 0, err
		}
		checksum += countItems(state)
	}
	return checksum, nil
}

func cpuSeconds() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

// Not ru_maxrss: that one starts with what the parent had when it made this process.
func peakRSSBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kibibytes int64
	if _, err := fmt.Sscan(rest, &kibibytes); err != nil {
		log.Fatal(err)
	}
	return kibibytes * 1024
}

func (c *contestant) carryOut(o order) (answer, error) {
	cpuBefore := cpuSeconds()
	begin := time.Now()
	checksum, err := c.run(o)
	seconds := time.Since(begin).Seconds()
	return answer{seconds, cpuSeconds() - cpuBefore, peakRSSBytes(), checksum}, err
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 || os.Args[3] != "http1" {
		log.Fatal("usage: contestant BASE_URL CA_FILE http1")
	}
	c, err := newContestant(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	out.Encode(map[string]string{"ready": runtime.Version()})
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			log.Fatal(err)
		}
		answer, err := c.carryOut(o)
		if err != nil {
			log.Fatal(err)
		}
		out.Encode(answer)
	}
}
