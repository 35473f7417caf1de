using System.Text;
using System.Threading.Channels;
using DaprMemory.LocalSidecar.Brokers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprMemory.LocalSidecar.Tests.Brokers;

public sealed class ConsumerGroupTests
{
    static readonly TopicName Topic = new("events", "t");
    static readonly ConsumerOptions Options = new("g", SubscribeType.Shared, IsDurable: true, TimeSpan.FromSeconds(30), Window: 10);

    readonly ManualTime _time = new();
    readonly Broker _broker;

    public ConsumerGroupTests() => _broker = new Broker(_time, NullLogger.Instance);

    [Fact]
    public void Members_of_a_group_compete_and_every_group_gets_everything()
    {
        var (a, b, other) = (Join(Options), Join(Options), Join(Options with { Group = "other" }));

        Publish("1", "2", "3", "4");

        a.Concat(b).Select(Text).ShouldBe(["1", "2", "3", "4"], ignoreOrder: true);
        a.Count.ShouldBe(2);
        other.Select(Text).ShouldBe(["1", "2", "3", "4"]);
    }

    [Fact]
    public void Group_starts_with_what_is_published_after_it()
    {
        Publish("early");

        Join(Options).ShouldBeEmpty();
    }

    [Fact]
    public void Member_gets_no_more_than_its_window()
    {
        var member = Join(Options with { Window = 2 });

        Publish("1", "2", "3");
        member.Select(Text).ShouldBe(["1", "2"]);
        member[0].Settle(isDone: true);

        member.Select(Text).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void Refused_message_comes_again_after_the_delay_before_newer_ones()
    {
        var member = Join(Options with { Window = 1 });
        Publish("1", "2", "3");

        member[0].Settle(isDone: false);
        member.Select(Text).ShouldBe(["1", "2"]);
        _time.Advance(TimeSpan.FromSeconds(29));
        member.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        member[1].Settle(isDone: true);

        member.Select(Text).ShouldBe(["1", "2", "1"]);
    }

    [Fact]
    public void Unsettled_messages_of_a_member_that_leaves_go_to_the_others_in_order()
    {
        var leaving = Join(Options);
        Publish("1", "2", "3");
        leaving[1].Settle(isDone: true);

        leaving[0].Consumer.Dispose();
        leaving[0].Settle(isDone: true);

        Join(Options).Select(Text).ShouldBe(["1", "3"]);
    }

    [Theory]
    [InlineData(true, "kept new")]
    [InlineData(false, "new")]
    public void Durable_group_keeps_messages_while_it_has_no_member(bool isDurable, string seen)
    {
        var options = Options with { IsDurable = isDurable };
        var first = Join(options);
        Publish("first");
        first[0].Settle(isDone: true);
        first[0].Consumer.Dispose();

        Publish("kept");
        var second = Join(options);
        Publish("new");

        string.Join(' ', second.Select(Text)).ShouldBe(seen);
    }

    [Fact]
    public void Too_much_that_waits_pushes_out_the_oldest()
    {
        var member = Join(Options);
        Publish("done");
        member[0].Settle(isDone: true);
        member[0].Consumer.Dispose();

        var large = new byte[4 * 1024 * 1024];
        for (var i = 0; i < 20; i++)
            _broker.Publish(Topic, new BrokerMessage { Body = large.AsMemory(0, large.Length - i) });

        var kept = Join(Options with { Window = 100 });
        kept.Count.ShouldBe(15);
        kept[^1].Message.Body.Length.ShouldBe(large.Length - 19);
    }

    [Fact]
    public void Messages_of_one_key_stay_with_the_member_that_has_them()
    {
        var options = Options with { Type = SubscribeType.KeyShared };
        var (a, b) = (Join(options), Join(options));

        Publish(("x", "1"), ("x", "2"), ("y", "3"), ("x", "4"));
        a.Select(Text).ShouldBe(["1", "2", "4"]);
        b.Select(Text).ShouldBe(["3"]);
        foreach (var delivery in a.ToList())
            delivery.Settle(isDone: true);
        Publish(("z", "5"));

        a.Select(Text).ShouldBe(["1", "2", "4", "5"]);
    }

    [Fact]
    public void Failover_gives_all_to_the_oldest_member()
    {
        var options = Options with { Type = SubscribeType.Failover };
        var (a, b) = (Join(options), Join(options));

        Publish("1", "2");
        b.ShouldBeEmpty();
        a[0].Consumer.Dispose();

        b.Select(Text).ShouldBe(["1", "2"]);
    }

    /// <summary>Joins a group and gives what the member gets, as it comes.</summary>
    List<Delivery> Join(ConsumerOptions options)
    {
        var taken = new Taken();
        _broker.Subscribe(Topic, options, taken);
        return taken.Deliveries;
    }

    void Publish(params string[] bodies) => Publish([.. bodies.Select(body => ((string?)null, body))]);

    void Publish(params (string? Key, string Body)[] messages)
    {
        foreach (var (key, body) in messages)
        {
            _broker.Publish(Topic, new BrokerMessage
            {
                Body = Encoding.UTF8.GetBytes(body),
                Metadata = key is null ? null : new Dictionary<string, string> { ["partitionKey"] = key },
            });
        }
    }

    static string Text(Delivery delivery) => Encoding.UTF8.GetString(delivery.Message.Body.Span);

    sealed class Taken : ChannelWriter<Delivery>
    {
        public List<Delivery> Deliveries { get; } = [];

        public override bool TryWrite(Delivery item)
        {
            Deliveries.Add(item);
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}
