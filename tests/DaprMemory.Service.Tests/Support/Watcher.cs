using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace DaprMemory.Service.Tests.Support;

/// <summary>A client that watches a space and understands server-sent events as the standard has them.</summary>
internal sealed class Watcher : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly HttpResponseMessage _response;
    readonly StreamReader _reader;

    Watcher(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
    }

    public HttpResponseHeaders Headers => _response.Headers;

    public HttpContentHeaders ContentHeaders => _response.Content.Headers;

    /// <summary>What the standard calls the last event id: also those of blocks without data.</summary>
    public string LastEventId { get; private set; } = "";

    public static async Task<Watcher> StartAsync(TestService service, string path = "watch", params string[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var header in headers)
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
        var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new Watcher(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null when the stream has ended as it should.</summary>
    public async Task<(string Id, string Name, string Data)?> NextAsync()
    {
        while (await NextBlockAsync() is { } block)
        {
            if (block.Data is { } data)
                return (LastEventId, block.Name, data);
        }
        return null;
    }

    /// <summary>The ids of the next events.</summary>
    public async Task<string> NextIdsAsync(int count)
    {
        var ids = new List<string>();
        while (ids.Count < count)
            ids.Add((await NextAsync())!.Value.Id);
        return string.Join(' ', ids);
    }

    /// <summary>The next block, events and signs of life alike.</summary>
    public async Task<(string Name, string? Data)?> NextBlockAsync()
    {
        var (name, data) = ("message", (string?)null);
        while (true)
        {
            var line = await _reader.ReadLineAsync().WaitAsync(Patience);
            if (line is null)
                return null;
            if (line.Length == 0)
                return (name, data);
            var colon = line.IndexOf(':');
            var field = line[..colon];
            var value = line[(colon + 1)..];
            if (value.StartsWith(' '))
                value = value[1..];
            if (field == "id")
                LastEventId = value;
            else if (field == "event")
                name = value;
            else if (field == "data")
                data = data is null ? value : data + "\n" + value;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
