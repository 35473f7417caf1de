using System.Net.Sockets;
using System.Text;

namespace DaprMemory.EndToEnd.Tests.Support;

/// <summary>Sends requests as they are written, and gives answers as they come, head and body.</summary>
internal static class RawHttp
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request and reads until the server closes.</summary>
    /// <param name="address">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">The target, not touched by any library.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="body">A JSON body, if any.</param>
    public static async Task<RawAnswer> SendAsync(Uri address, string method, string target, IEnumerable<(string Name, string Value)> headers, string? body = null)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, deadline.Token);
        await using var stream = client.GetStream();
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
            head.Append($"{name}: {value}\r\n");
        if (body is not null)
            head.Append($"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{head}\r\n{body}"), deadline.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, deadline.Token);
        return new RawAnswer(Encoding.Latin1.GetString(answer.GetBuffer(), 0, (int)answer.Length));
    }
}

/// <summary>An answer as it came.</summary>
/// <param name="Text">Head and body.</param>
internal sealed record RawAnswer(string Text)
{
    public int Status => int.Parse(Text.Split(' ')[1]);

    public string Body => Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    /// <summary>All of it but the time.</summary>
    public string WithoutDate => string.Join("\r\n", Text.Split("\r\n").Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal)));
}
