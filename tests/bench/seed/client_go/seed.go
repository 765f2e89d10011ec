// Seeds planes with client-go: the dynamic client, server-side apply, no rate limit, one HTTP client for all planes.
// Usage: seed URL PREFIX PLANES CONFIGMAPS CONCURRENCY; the token comes from KPLANE_TOKEN. Prints seconds of time and
// of CPU.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

func configMap(index int) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "ConfigMap",
		"metadata":   map[string]any{"name": fmt.Sprintf("settings-%d", index), "namespace": "default"},
		"data":       map[string]any{"key": fmt.Sprintf("value-%d", index), "mode": "training"},
	}}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "seed:", err)
	os.Exit(1)
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		fail(err)
	}
	return value
}

func main() {
	if len(os.Args) != 6 {
		fail(fmt.Errorf("usage: seed URL PREFIX PLANES CONFIGMAPS CONCURRENCY"))
	}
	url, prefix := os.Args[1], os.Args[2]
	planes, objects, concurrency := number(os.Args[3]), number(os.Args[4]), number(os.Args[5])
	base := &rest.Config{Host: url, BearerToken: os.Getenv("KPLANE_TOKEN"), QPS: -1}
	client, err := rest.HTTPClientFor(base)
	if err != nil {
		fail(err)
	}
	seed := func(plane string) error {
		config := rest.CopyConfig(base)
		config.Host = url + "/clusters/" + plane + "/control-plane"
		resources, err := dynamic.NewForConfigAndClient(config, client)
		if err != nil {
			return err
		}
		options := metav1.ApplyOptions{FieldManager: "seed"}
		for i := 0; i < objects; i++ {
			object := configMap(i)
			_, err := resources.Resource(configMaps).Namespace("default").Apply(context.Background(), object.GetName(), object, options)
			if err != nil {
				return err
			}
		}
		return nil
	}
	todo := make(chan string)
	var workers sync.WaitGroup
	begin, cpu := time.Now(), cpuSeconds()
	for i := 0; i < concurrency; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for plane := range todo {
				if err := seed(plane); err != nil {
					fail(err)
				}
			}
		}()
	}
	for i := 0; i < planes; i++ {
		todo <- fmt.Sprintf("%s-%04d", prefix, i)
	}
	close(todo)
	workers.Wait()
	fmt.Printf("%.6f %.6f\n", time.Since(begin).Seconds(), cpuSeconds()-cpu)
}
