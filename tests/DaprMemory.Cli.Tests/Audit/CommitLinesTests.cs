using System.Text;
using DaprMemory.Cli.Audit;

namespace DaprMemory.Cli.Tests.Audit;

public sealed class CommitLinesTests
{
    [Fact]
    public async Task Commit_ends_where_its_JSON_does_whatever_line_feeds_are_in_it()
    {
        string[] commits = ["{\"v\":1,\"value\":{\r\n  \"a\": [\n{\"v\":1}\n]\n}}", "{}", "{\"v\":\"}\\n{\"}"];
        foreach (var chunk in new[] { 1, 7, 100_000 })
        {
            var lines = await ReadAsync(string.Concat(commits.Select(commit => commit + "\n")), chunk);
            lines.Select(line => Encoding.UTF8.GetString(line.Text.Span)).ShouldBe(commits);
            lines.ShouldAllBe(line => line.IsWhole);
            lines[^1].End.ShouldBe(commits.Sum(commit => commit.Length + 1));
        }
    }

    [Theory]
    [InlineData("{\"a\":1\n{\"b\":2}\n", "{\"a\":1", "{\"b\":2}")]
    [InlineData("{\"a\":[1,\n{\"b\":2}\n{\"c\":3}\n", "{\"a\":[1,", "{\"b\":2}", "{\"c\":3}")]
    [InlineData("{\"a\":\"1}\n{\"b\":2}\n", "{\"a\":\"1}", "{\"b\":2}")]
    [InlineData("{\"a\":1}x\n{\"b\":2}\n", "{\"a\":1}x", "{\"b\":2}")]
    [InlineData("{\"a\":1}{\"b\":2}\n{\"c\":3}\n", "{\"a\":1}{\"b\":2}", "{\"c\":3}")]
    [InlineData("hello\n\n{\"b\":2}\n", "hello", "{\"b\":2}")]
    [InlineData("{\"b\":2}\n{\"a\":", "{\"b\":2}", "{\"a\":")]
    [InlineData("{\"b\":2}", "{\"b\":2}")]
    [InlineData("")]
    public async Task What_is_broken_ends_with_its_line_and_takes_no_other_with_it(string text, params string[] lines)
    {
        foreach (var chunk in new[] { 1, 100_000 })
            (await ReadAsync(text, chunk)).Select(line => Encoding.UTF8.GetString(line.Text.Span)).ShouldBe(lines);
        (await ReadAsync(text, 100)).Count(line => !line.IsWhole).ShouldBe(text.Length == 0 ? 0 : 1);
    }

    [Fact]
    public async Task Commit_larger_than_the_buffer_is_read_whole()
    {
        var large = $"{{\"value\":\"{new string('x', 3_000_000)}\"}}";
        var lines = await ReadAsync($"{{}}\n{large}\n{{}}\n", 64 * 1024);
        lines.Select(line => line.Text.Length).ShouldBe([2, large.Length, 2]);
    }

    static async Task<List<CommitLine>> ReadAsync(string text, int chunk)
    {
        var lines = new List<CommitLine>();
        await foreach (var line in CommitLines.ReadAsync(new Drip(Encoding.UTF8.GetBytes(text), chunk)))
            lines.Add(line);
        return lines;
    }

    /// <summary>Gives a little at a time.</summary>
    sealed class Drip(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
