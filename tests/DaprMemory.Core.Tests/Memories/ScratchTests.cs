using System.Diagnostics;
using System.Text;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using Xunit.Abstractions;
namespace DaprMemory.Core.Tests.Memories;
public sealed class ScratchTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Measure()
    {
        var disk = new FaultyStore.Shared();
        var node = new Node(disk);
        var random = new Random(1);
        var words = Enumerable.Range(0, 20000).Select(i => { var r = new Random(i); return new string(Enumerable.Range(0, r.Next(3, 9)).Select(_ => (char)('a' + r.Next(26))).ToArray()); }).ToArray();
        string Text() => string.Join(' ', Enumerable.Range(0, 20).Select(_ => words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]));
        const int Total = 100_000;
        var w = Stopwatch.StartNew();
        for (var i = 0; i < Total; i += 200)
            await node.CommitAsync([.. Enumerable.Range(i, 200).Select(j => MemoryNode.Put($"m{j}", MemoryNode.NewMemory(Text()) with { Source = new MemorySource($"s{j / 500}", j % 500 + 1) }))]);
        output.WriteLine($"write {w.Elapsed}");
        w.Restart();
        (await node.SearchAsync(words[5])).Items.Count.ShouldBeGreaterThan(0);
        output.WriteLine($"first search on writer {w.Elapsed}");
        await Task.Delay(4000);
        output.WriteLine($"segments {Encoding.UTF8.GetString(disk.Values.Single(e => e.Key.EndsWith(":i")).Value.Value.Span)} bytes {disk.Values.Where(e => e.Key.Contains(":i:")).Sum(e => (long)e.Value.Value.Length)}");
        foreach (var real in new[] { true, false, true })
        {
            GC.Collect();
            var before = GC.GetTotalMemory(true);
            var fresh = new Node(disk, newIndex: real ? null : () => new ListIndex());
            w.Restart();
            var space = await fresh.OpenAsync();
            output.WriteLine($"view {w.Elapsed}");
            var viewBytes = GC.GetTotalMemory(true) - before;
            w.Restart();
            await fresh.SearchAsync(words[77] + " " + words[3000]);
            output.WriteLine($"real {real}: open {w.Elapsed}; view {viewBytes / 1e6:f0} MB, index {(GC.GetTotalMemory(true) - before - viewBytes) / 1e6:f0} MB, estimated {space.Memories.EstimatedBytes / 1e6:f0} MB");
            if (!real) continue;
            var times = new List<double>();
            for (var i = 0; i < 200; i++)
            {
                w.Restart();
                await space.Memories.SearchAsync(new MemoryQuery(Text(), DateTimeOffset.UtcNow) , 0, space.View.Version, default);
                times.Add(w.Elapsed.TotalMilliseconds);
            }
            times.Sort();
            output.WriteLine($"search of 20 words p50 {times[100]:f2} p95 {times[190]:f2} ms");
            times.Clear();
            for (var i = 0; i < 100; i++)
            {
                w.Restart();
                await space.Memories.FindSimilarAsync(Text(), "x", default);
                times.Add(w.Elapsed.TotalMilliseconds);
            }
            times.Sort();
            output.WriteLine($"similar p50 {times[50]:f2} p95 {times[95]:f2} ms");
            w.Restart();
            await space.Memories.FindLinksAsync("m5", space.View.Version, default);
            output.WriteLine($"links {w.Elapsed.TotalMilliseconds} ms");
        }
        foreach (var key in disk.Values.Keys.Where(k => k.Contains(":i")).ToList()) disk.Values.TryRemove(key, out _);
        var cold = new Node(disk, newIndex: () => new ListIndex());
        await cold.OpenAsync();
        w.Restart();
        await cold.SearchAsync(words[5]);
        output.WriteLine($"from the log {w.Elapsed}");
    }
}
