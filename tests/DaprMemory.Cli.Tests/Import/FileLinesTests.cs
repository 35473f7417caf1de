using System.Text;
using DaprMemory.Cli.Import;

namespace DaprMemory.Cli.Tests.Import;

public sealed class FileLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\n\nb", new[] { "a", "", "b" })]
    [InlineData("\uFEFFa\n\uFEFFb", new[] { "a", "\uFEFFb" })]
    public async Task Lines_are_what_stands_between_line_ends(string text, string[] lines)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        var read = await FileLines.ReadAsync(stream, default).ToListAsync();

        read.Select(l => Encoding.UTF8.GetString(l.Line.Span)).ShouldBe(lines);
        read.Select(l => l.Number).ShouldBe(Enumerable.Range(1, lines.Length).Select(i => (long)i));
    }

    [Fact]
    public async Task Lines_longer_than_a_buffer_stay_whole()
    {
        string[] lines = [new('x', 200_000), "short", new('y', 65_536)];
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        (await FileLines.ReadAsync(stream, default).ToListAsync()).Select(l => Encoding.UTF8.GetString(l.Line.Span)).ShouldBe(lines);
    }

    [Fact]
    public async Task A_file_without_line_ends_is_not_held_in_memory()
    {
        using var stream = new MemoryStream(new byte[FileLines.MaxLineBytes + 100_000]);

        await Should.ThrowAsync<IOException>(async () => await FileLines.ReadAsync(stream, default).ToListAsync());
    }
}
