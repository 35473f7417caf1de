using System.Net;
using System.Net.Sockets;
using System.Text;
using DaprMemory.Cli.Bench;

namespace DaprMemory.Cli.Tests.Bench;

public sealed class LoadConnectionTests
{
    static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200)]
    [InlineData("HTTP/1.1 204 No Content\r\nETag: \"1.0\"\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\ncontent-length:2\r\nRetry-After: 1\r\n\r\n{}", 503)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789\r\n\r\nab\r\n0\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 201 Created\r\nX-Content-Length: 7\r\nContent-Length: 0\r\n\r\n", 201)]
    public async Task Answers_are_read_to_their_end_however_they_arrive(string answer, int status)
    {
        // All at once, and byte by byte; after each, another answer shows that nothing was left or taken too much.
        foreach (var pieceBytes in new[] { answer.Length, 1, 7 })
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var connection = await LoadConnection.OpenAsync(new Uri($"http://{listener.LocalEndpoint}"), default);
            using var server = await listener.AcceptSocketAsync();
            server.NoDelay = true;

            foreach (var (text, expected) in new[] { (answer, status), ("HTTP/1.1 418 x\r\nContent-Length: 1\r\n\r\nz", 418), (answer, status) })
            {
                var sent = connection.SendAsync(Request, default).AsTask();
                await ServeAsync(server, text, pieceBytes);
                (await sent).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public async Task An_answer_larger_than_the_buffer_is_read_whole()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connection = await LoadConnection.OpenAsync(new Uri($"http://{listener.LocalEndpoint}"), default);
        using var server = await listener.AcceptSocketAsync();

        var sent = connection.SendAsync(Request, default).AsTask();
        await ServeAsync(server, $"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{new string('x', 100_000)}", 30_000);
        (await sent).ShouldBe(200);

        sent = connection.SendAsync(Request, default).AsTask();
        await ServeAsync(server, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 1000);
        (await sent).ShouldBe(404);
    }

    [Fact]
    public async Task A_closed_connection_is_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connection = await LoadConnection.OpenAsync(new Uri($"http://{listener.LocalEndpoint}"), default);
        using (var server = await listener.AcceptSocketAsync())
            server.Shutdown(SocketShutdown.Both);

        await Should.ThrowAsync<Exception>(() => connection.SendAsync(Request, default).AsTask());
    }

    static async Task ServeAsync(Socket server, string answer, int pieceBytes)
    {
        var received = 0;
        var buffer = new byte[Request.Length];
        while (received < Request.Length)
            received += await server.ReceiveAsync(buffer.AsMemory(received));
        var bytes = Encoding.ASCII.GetBytes(answer);
        for (var at = 0; at < bytes.Length; at += pieceBytes)
            await server.SendAsync(bytes.AsMemory(at, Math.Min(pieceBytes, bytes.Length - at)));
    }
}
