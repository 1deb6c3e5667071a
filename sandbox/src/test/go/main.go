// Orders is a gRPC server whose faults are switched on from outside. It prints one line, "calls ADDRESS resets ADDRESS control ADDRESS":
// where it takes calls, where it takes them through a wire that resets streams, and where it is asked and told by HTTP:
//
//	GET  /counts       what it has taken
//	POST /switches     other moods from now on
//	POST /restart      cuts all connections, as by a process that is killed, and serves again with the switches in the body
//	POST /descriptors  what reflection tells from now on, a FileDescriptorSet
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	descriptors := flag.String("descriptors", "", "file of a FileDescriptorSet with shop.v1.Orders")
	switches := flag.String("switches", "{}", "switches, as JSON")
	flag.Parse()
	set, err := os.ReadFile(*descriptors)
	must(err)
	server := newServer()
	must(server.describe(set))
	must(server.restart([]byte(*switches)))
	resets := listen()
	go passWithResets(resets, server)
	control := listen()
	fmt.Printf("calls %s resets %s control %s\n", server.address, resets.Addr(), control.Addr())
	log.Fatal(http.Serve(control, handler(server)))
}

func handler(server *server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /counts", func(w http.ResponseWriter, _ *http.Request) {
		must(json.NewEncoder(w).Encode(server.ledger.counts()))
	})
	tell := func(path string, told func([]byte) error) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				err = told(body)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
			}
		})
	}
	tell("/switches", server.turn)
	tell("/restart", server.restart)
	tell("/descriptors", server.describe)
	return mux
}

func listen() net.Listener {
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	return listening
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
