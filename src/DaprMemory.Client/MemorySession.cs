using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprMemory.Client.Transport;
using DaprMemory.Core.Sessions;

namespace DaprMemory.Client;

/// <summary>One conversation of a space. Every call throws <see cref="MemoryException"/> when it is refused or not answered.</summary>
public sealed class MemorySession
{
    // Escapes would make texts of other scripts several times as long.
    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly MemorySpace _space;
    readonly string _path;

    internal MemorySession(MemorySpace space, string id)
    {
        _space = space;
        _path = space.PathOf($"sessions/{id}");
        Id = id;
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>Appends one text.</summary>
    /// <returns>The turn's number; 0 if it was let go (<see cref="MemoryClientOptions.SwallowsAppends"/>).</returns>
    public async Task<long> AppendAsync(string role, string text, AppendOptions? options = null, CancellationToken cancellationToken = default) =>
        (await AppendAsync([new NewTurn(role) { Text = text }], options, cancellationToken).ConfigureAwait(false)).From;

    /// <summary>Appends turns, one behind the other: all of them, or none.</summary>
    /// <param name="turns">1 to 256, together at most 1 MiB.</param>
    /// <param name="options">Retention, agent and idempotency key.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the append.</param>
    /// <returns>The turns' numbers; those of no turns, from 0 to 0, if they were let go (<see cref="MemoryClientOptions.SwallowsAppends"/>).</returns>
    public async Task<TurnRange> AppendAsync(IReadOnlyList<NewTurn> turns, AppendOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(turns);
        options ??= new AppendOptions();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartArray("turns"u8);
            foreach (var turn in turns)
                turn.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var query = new Query().Add("retention", (long?)options.Retention?.TotalSeconds);
        var write = new WriteOptions { Agent = options.Agent, IdempotencyKey = options.IdempotencyKey };
        var request = _space.WriteRequest(HttpMethod.Post, $"{_path}/turns{query}", write) with { Body = buffer.WrittenMemory };
        try
        {
            var reply = await _space.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!reply.IsSuccess)
                throw reply.ToException();
            var body = reply.Read(WireJsonContext.Default.AppendBody);
            return new TurnRange(body.First, body.Last);
        }
        catch (MemoryException e) when (_space.Swallows(e))
        {
            return default;
        }
    }

    /// <summary>Reads turns, by default the newest 100; null if there is no such session.</summary>
    public async Task<TurnsPage?> ReadAsync(TurnsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TurnsOptions();
        var query = new Query().Add("last", options.Last).Add("maxTokens", options.MaxTokens).Add("compact", options.Compact ? "true" : null)
            .Add("before", options.Before).Add("limit", options.Limit);
        var reply = await _space.ReadAsync($"{_path}/turns{query}", options.Consistency, options.Agent, cancellationToken).ConfigureAwait(false);
        if (reply.IsNotFound)
            return null;
        if (!reply.IsSuccess)
            throw reply.ToException();
        var body = reply.Read(WireJsonContext.Default.TurnsBody);
        return new TurnsPage([.. body.Turns.Select(turn => Read(turn, reply))], body.Missing ?? [], body.Newest, body.Next, body.Summary);
    }

    /// <summary>Deletes the session with all its turns; <c>false</c>: there is none.</summary>
    /// <param name="agent">Who acts; null for the client's agent.</param>
    /// <param name="idempotencyKey">Names this call, so that sending it again does not end a later session; null for a new one.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the deletion.</param>
    public async Task<bool> DeleteAsync(string? agent = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        var write = new WriteOptions { Agent = agent, IdempotencyKey = idempotencyKey };
        var reply = await _space.SendAsync(_space.WriteRequest(HttpMethod.Delete, _path, write), cancellationToken).ConfigureAwait(false);
        return reply.IsSuccess || (reply.IsNotFound ? false : throw reply.ToException());
    }

    static Turn Read(TurnBody turn, MemoryReply reply) => new(
        turn.N, turn.Role, Raw(turn.Text ?? turn.Parts ?? throw reply.Malformed("with a turn of nothing")), turn.Agent, turn.At,
        turn.Metadata is { } metadata ? Raw(metadata) : default);

    static byte[] Raw(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).ToArray();
}
