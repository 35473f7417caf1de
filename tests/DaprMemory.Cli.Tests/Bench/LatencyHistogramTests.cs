using DaprMemory.Cli.Bench;

namespace DaprMemory.Cli.Tests.Bench;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Quantiles_are_those_of_the_sorted_latencies_within_a_64th()
    {
        var random = new Random(7);
        var histogram = new LatencyHistogram();
        var exact = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 18)).ToArray();
        foreach (var microseconds in exact)
            histogram.Record(TimeSpan.FromMicroseconds(microseconds));
        Array.Sort(exact);

        foreach (var share in new[] { 0.001, 0.1, 0.5, 0.95, 0.99, 0.9999, 1 })
        {
            var expected = exact[(int)Math.Ceiling(share * exact.Length) - 1];
            var given = histogram.Quantile(share).TotalMicroseconds;
            given.ShouldBeInRange(expected, (expected * 65.0 / 64) + 1, $"quantile {share}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    public void Bucket_ends_are_exact_up_to_the_precision(long microseconds)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMicroseconds(microseconds));

        histogram.Quantile(1).TotalMicroseconds.ShouldBeInRange(microseconds, microseconds + (microseconds / 64));
    }

    [Fact]
    public void Latencies_beyond_the_range_are_counted_at_its_end()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromDays(1));
        histogram.Record(TimeSpan.FromSeconds(-1));

        histogram.Count.ShouldBe(2);
        histogram.Quantile(0.5).ShouldBe(TimeSpan.Zero);
        histogram.Quantile(1).ShouldBeGreaterThan(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public void Two_together_are_as_if_recorded_in_one()
    {
        var (one, two, both) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 1000; i++)
        {
            (i % 3 == 0 ? one : two).Record(TimeSpan.FromMicroseconds(i * i));
            both.Record(TimeSpan.FromMicroseconds(i * i));
        }

        one.Add(two);

        one.Count.ShouldBe(1000);
        foreach (var share in new[] { 0.01, 0.5, 0.99 })
            one.Quantile(share).ShouldBe(both.Quantile(share));
    }

    [Fact]
    public void Nothing_recorded_is_zero() => new LatencyHistogram().Quantile(0.99).ShouldBe(TimeSpan.Zero);
}
