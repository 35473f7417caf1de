using System.Buffers;
using System.Globalization;
using System.Text;

namespace DaprMemory.Cli.Bench;

/// <summary>The requests that the bench sends.</summary>
internal sealed class Requests
{
    /// <summary>Whose spaces they are about, if nothing else is said.</summary>
    public const string Tenant = "bench";

    const int ValueBytes = 400;
    const int KeysPerSpace = 20;

    readonly byte[] _value = Encoding.ASCII.GetBytes("{\"text\":\"" + new string('x', ValueBytes - 11) + "\"}");
    readonly byte[][] _reads;
    readonly string _tenant;
    readonly string _headers;
    readonly int _spaces;
    long _written;

    /// <param name="spaces">Over how many spaces they are spread.</param>
    /// <param name="headers">Headers that each of them has, as lines.</param>
    /// <param name="tenant">Whose spaces they are.</param>
    public Requests(int spaces, string headers = "", string tenant = Tenant)
    {
        _tenant = tenant;
        _headers = headers;
        _spaces = spaces;
        _reads = [.. from space in Enumerable.Range(0, spaces) from key in Enumerable.Range(0, KeysPerSpace) select Read(space, key)];
    }

    /// <summary>How many records there are to read.</summary>
    public int Records => _reads.Length;

    /// <summary>Puts every record that the reads want, once; clients share the work.</summary>
    public RequestFactory Fill(int clients) => (client, number, request) =>
    {
        var record = number * clients + client;
        if (record >= Records)
            return false;
        Put(request, (int)(record / KeysPerSpace), record % KeysPerSpace);
        return true;
    };

    /// <summary>Reads records over and over, each client from another place on.</summary>
    public bool HotRead(int client, long number, ArrayBufferWriter<byte> request)
    {
        request.Write(_reads[(client * 7919 + number) % Records]);
        return true;
    }

    /// <summary>Reads records over and over at a level.</summary>
    public RequestFactory ReadsAt(string level)
    {
        byte[][] reads = [.. from space in Enumerable.Range(0, _spaces) from key in Enumerable.Range(0, KeysPerSpace) select Read(space, key, $"Memory-Consistency: {level}\r\n")];
        return (client, number, request) =>
        {
            request.Write(reads[(client * 7919 + number) % Records]);
            return true;
        };
    }

    /// <summary>Reads every record once; clients share the work.</summary>
    public RequestFactory ColdReads(int clients) => (client, number, request) =>
    {
        var record = number * clients + client;
        if (record >= Records)
            return false;
        // Neighbours in the log are read together; a stride that shares no factor with the count spreads them.
        request.Write(_reads[record * 7919 % Records]);
        return true;
    };

    /// <summary>Asks each space once for a record that is not there, which opens it and reads no value.</summary>
    public RequestFactory OpenSpaces(int clients) => (client, number, request) =>
    {
        var space = number * clients + client;
        if (space >= _spaces)
            return false;
        request.Write(Read((int)space, -1));
        return true;
    };

    /// <summary>Writes new records, spread over the spaces.</summary>
    public bool Write(int client, long number, ArrayBufferWriter<byte> request)
    {
        var written = Interlocked.Increment(ref _written);
        Put(request, (int)(written % _spaces), KeysPerSpace + written);
        return true;
    }

    byte[] Read(int space, int key, string headers = "") =>
        Encoding.ASCII.GetBytes($"GET /v1/{_tenant}/space-{space}/state/notes/k{key} HTTP/1.1\r\nHost: bench\r\n{_headers}{headers}\r\n");

    void Put(ArrayBufferWriter<byte> request, int space, long key)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"PUT /v1/{_tenant}/space-{space}/state/notes/k{key} HTTP/1.1\r\nHost: bench\r\n{_headers}Content-Type: application/json\r\nContent-Length: {_value.Length}\r\n\r\n");
        Encoding.ASCII.GetBytes(head, request);
        request.Write(_value);
    }
}
